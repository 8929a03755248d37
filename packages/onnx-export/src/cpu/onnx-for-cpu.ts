import { bytesFromModel, modelFromBytes } from '../codec/model-bytes.js';
import { stripDeformConvs } from './strip-deform-convs.js';

/**
 * The form of a model that ONNX Runtime's CPU provider runs fastest: every large `DeformConv` computed in strips of rows whose
 * samples stay in a core's cache. Inputs, outputs and their meaning stay; numbers differ by rounding (below 1e-4 in every head).
 * TensorRT and other readers should be given the model as it was.
 *
 * @param bytes an ONNX model
 * @param name what an error calls the bytes, normally the file's path
 * @returns `bytes` themselves where there is nothing to change
 * @throws FairmotError when the bytes are no ONNX model
 * @example
 * const { bytes } = await onnxFromCheckpoint('fairmot_dla34.pth', { outputs: 'detections' });
 * const detector = await CpuDetector.create(onnxForCpu(bytes));
 */
export function onnxForCpu(bytes: Uint8Array, name?: string): Uint8Array {
  const model = modelFromBytes(bytes, name);
  const changed = model.graph ? stripDeformConvs(model.graph) : 0;
  return changed > 0 ? bytesFromModel(model) : bytes;
}
