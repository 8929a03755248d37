// fairmot quantize: an ONNX network in, one with int8 quantisation out.

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { bytesFromModel, modelFromBytes, onnxFromCheckpoint, saveModel } from '@trt-fairmot/onnx-export';
import { insertQuantization } from '@trt-fairmot/trt-builder';
import { quantizationFrom } from '../calibration/quantization.js';
import { BuildProgressLine } from '../cli/build-progress.js';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import type { QuantizeFlags } from '../options.js';
import { requireAbsent } from '../output/require-absent.js';
import { type ChosenModel, chosenModel } from '../pipeline/chosen-model.js';

/** Calibrates where the cache does not help, writes the network with its quantisation, and tells what it is. */
export async function quantize(modelPath: string, flags: QuantizeFlags, signal: AbortSignal): Promise<ExitCode> {
  const { output, overwrite, quiet, height, width } = flags;
  const path = output ?? `${modelPath.slice(0, modelPath.length - extname(modelPath).length)}.int8.onnx`;
  const started = performance.now();
  if (!overwrite) await requireAbsent(path);
  const model = modelFromBytes(await onnxOf(await chosenModel({ model: modelPath, height, width })), modelPath);
  const progress = quiet ? null : new BuildProgressLine(process.stderr, 'quantising');
  const { notes, ...quantization } = await quantizationFrom(model, modelPath, flags, {
    signal,
    onProgress: (state) => progress?.update(state),
  }).finally(() => progress?.finish());
  const { model: quantized, changed, notes: left } = insertQuantization(model, quantization);
  const bytes = bytesFromModel(quantized);
  await saveModel(path, bytes, { overwrite });
  if (quiet) return exitCode.ok;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`✓ ${path}: ${(bytes.length / 1e6).toFixed(1)} MB in ${seconds} s`);
  console.error(`  ${changed} layers in int8 by ${flags.calibMethod}`);
  for (const note of [...notes, ...left]) console.error(`  ${note}`);
  return exitCode.ok;
}

async function onnxOf({ path, kind, height, width }: ChosenModel): Promise<Uint8Array> {
  if (kind === 'engine') {
    throw new FairmotError(`Expected a .pth or .onnx model to quantise but received ${path}`, { kind: 'usage' });
  }
  if (kind === 'onnx') return readFile(path);
  return (await onnxFromCheckpoint(path, { height, width, batch: 'dynamic' })).bytes;
}
