import { bytesFromModel, modelFromBytes } from '../codec/model-bytes.js';
import { removeUnused } from '../graph/graph-edit.js';
import { pairColumns } from './pair-columns.js';
import { spreadRows } from './spread-rows.js';
import { stripDeformConvs } from './strip-deform-convs.js';

/** What `onnxForCpu` knows of the processor. */
export interface OnnxForCpuOptions {
  /** Channels that ONNX Runtime computes at once: 16 with AVX-512 and on ARM, 8 (the default) elsewhere. */
  readonly lanes?: 8 | 16;
}

/**
 * The form of a model that ONNX Runtime's CPU provider runs fastest: every large `DeformConv` computed in strips of rows whose
 * samples stay in a core's cache, depthwise `ConvTranspose` as convolutions, and first layers of few channels for two columns at
 * once. Inputs, outputs and their meaning stay; numbers differ by rounding (below 1e-4 in every head).
 * TensorRT and other readers should be given the model as it was.
 *
 * @param bytes an ONNX model
 * @param name what an error calls the bytes, normally the file's path
 * @returns `bytes` themselves where there is nothing to change
 * @throws FairmotError when the bytes are no ONNX model
 * @example
 * const { bytes } = await onnxFromCheckpoint('fairmot_dla34.pth', { outputs: 'detections' });
 * const detector = await CpuDetector.create(onnxForCpu(bytes, undefined, { lanes: 16 }));
 */
export function onnxForCpu(bytes: Uint8Array, name?: string, { lanes = 8 }: OnnxForCpuOptions = {}): Uint8Array {
  const model = modelFromBytes(bytes, name);
  if (!model.graph) return bytes;
  const changed = pairColumns(model.graph, lanes) + spreadRows(model.graph) + stripDeformConvs(model.graph);
  if (changed === 0) return bytes;
  removeUnused(model.graph);
  return bytesFromModel(model);
}
