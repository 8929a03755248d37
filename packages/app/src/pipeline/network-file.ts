// The ONNX network for the CPU: the file itself, or a checkpoint's export, kept in the cache.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { convolutionLanes } from '@trt-fairmot/cpu-runtime';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { onnxForCpu, onnxFromCheckpoint, saveModel } from '@trt-fairmot/onnx-export';
import { cacheFolder } from './cache-folder.js';
import type { ChosenModel } from './chosen-model.js';
import { fileHash, moduleHash } from './file-hash.js';

/** A file made for a run, and what to tell the user of it. */
export interface MadeFile {
  readonly path: string;
  readonly notes: readonly string[];
}

/** Finds or makes the network that the CPU runs: with the heads at the peaks only, in the form of `onnxForCpu`. */
export async function networkFile(model: ChosenModel, topK: number): Promise<MadeFile> {
  if (model.kind === 'onnx') return { path: await cpuFormOf(model.path), notes: [] };
  if (model.kind === 'engine') {
    throw new FairmotError(`Expected a .pth or .onnx model on the CPU but received ${model.path}`, {
      kind: 'usage',
      hint: 'an engine runs with --device tensorrt',
    });
  }
  const { height, width } = model;
  const rows = Math.min(topK, (height / 4) * (width / 4));
  const path = await cachePath(model, rows);
  if (existsSync(path)) return { path, notes: [] };
  const started = performance.now();
  const { bytes } = await onnxFromCheckpoint(model.path, { height, width, topK: rows, outputs: 'detections' });
  await mkdir(cacheFolder(), { recursive: true });
  await saveModel(path, onnxForCpu(bytes, model.path, { lanes: convolutionLanes() }), { overwrite: true });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return { path, notes: [`exported ${basename(model.path)} to ${path} in ${seconds} s`] };
}

/** An ONNX file's CPU form in the cache; the file itself where it has no other form, or where ONNX Runtime is to say what is wrong. */
async function cpuFormOf(path: string): Promise<string> {
  const hash = (await fileHash(path)).slice(0, 16);
  const exporter = await moduleHash('@trt-fairmot/onnx-export');
  const cached = join(
    cacheFolder(),
    `${basename(path, extname(path))}-${hash}-cpu${convolutionLanes()}-${exporter}.onnx`,
  );
  if (existsSync(cached)) return cached;
  const bytes = await readFile(path);
  const changed = changedForCpu(bytes);
  if (!changed) return path;
  await mkdir(cacheFolder(), { recursive: true });
  await saveModel(cached, changed, { overwrite: true });
  return cached;
}

function changedForCpu(bytes: Uint8Array): Uint8Array | null {
  try {
    const changed = onnxForCpu(bytes, undefined, { lanes: convolutionLanes() });
    return changed === bytes ? null : changed;
  } catch {
    return null;
  }
}

/** The name holds everything the network depends on. */
async function cachePath({ path, height, width }: ChosenModel, rows: number): Promise<string> {
  const stem = basename(path, extname(path));
  const hash = (await fileHash(path)).slice(0, 16);
  const exporter = await moduleHash('@trt-fairmot/onnx-export');
  return join(cacheFolder(), `${stem}-${hash}-${height}x${width}-k${rows}-cpu${convolutionLanes()}-${exporter}.onnx`);
}
