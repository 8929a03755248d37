import { basename } from 'node:path';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { type ExportResult, onnxFromStateDict } from './onnx-from-state-dict.js';
import { type ExportOptions, exportOptionsFrom } from './options.js';

/**
 * Reads a FairMOT checkpoint and writes its network as an ONNX model: standard operators of opset 19 (with
 * `dcn: 'deform-conv'`), batch normalisation folded, parameters that never reach an output left out. All widths are read
 * off the tensors' shapes. Input `input` float32 [N, 3, H, W], RGB / 255.
 *
 * - `outputs: 'heads'`: `hm` [N, classes, H/4, W/4] before the sigmoid, `wh` [N, 2 or 4, ...], `reg` [N, 2, ...],
 *   `id_feature` [N, D, ...], in this order;
 * - `outputs: 'detections'`: `boxes` [N, K, 4] in input pixels, `scores` [N, K], `classes` int64 [N, K],
 *   `embeddings` [N, K, D], L2-normalised.
 *
 * Inputs and outputs are float32 at either precision.
 *
 * @throws FairmotError naming the option, byte or tensor that cannot be used
 * @example
 * const { bytes, summary } = await onnxFromCheckpoint('fairmot_dla34.pth', { outputs: 'detections' });
 * await saveModel('fairmot.onnx', bytes);
 */
export async function onnxFromCheckpoint(path: string, options: Partial<ExportOptions> = {}): Promise<ExportResult> {
  const complete = exportOptionsFrom(options);
  const checkpoint = await openCheckpoint(path);
  try {
    const metadata = {
      'fairmot.checkpoint': basename(path),
      ...(checkpoint.epoch === null ? {} : { 'fairmot.epoch': String(checkpoint.epoch) }),
    };
    return await onnxFromStateDict(checkpoint.stateDict, complete, { name: path, metadata });
  } finally {
    await checkpoint.close();
  }
}
