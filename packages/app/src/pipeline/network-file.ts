// The ONNX network to run: the file itself, or a checkpoint's export, kept in the cache.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { onnxFromCheckpoint, saveModel } from '@trt-fairmot/onnx-export';
import { cacheFolder } from './cache-folder.js';
import { demoInputSize, demoModelPath } from './demo-model.js';

export interface ModelRequest {
  readonly model?: string | undefined;
  readonly height?: number | undefined;
  readonly width?: number | undefined;
  readonly topK: number;
}

export interface NetworkFile {
  /** The ONNX file to load. */
  readonly path: string;
  /** What the user named, for messages and result files. */
  readonly name: string;
  /** Lines to tell the user: which model was taken, that it was exported. */
  readonly notes: readonly string[];
}

/**
 * Finds or makes the network.
 *
 * @throws FairmotError of kind 'usage' where no model is named and there is no default
 */
export async function networkFile(request: ModelRequest): Promise<NetworkFile> {
  const demo = request.model === undefined ? demoModelPath() : null;
  const model = request.model ?? demo;
  if (!model) {
    throw new FairmotError('Expected --model FILE.pth or FILE.onnx but received none', {
      kind: 'usage',
      hint: "take FairMOT's fairmot_dla34.pth from its model zoo (https://github.com/ifzhang/FairMOT), then: fairmot track SOURCE --model fairmot_dla34.pth",
    });
  }
  const size = demo ? demoInputSize : { height: 608, width: 1088 };
  const { height = size.height, width = size.width, topK } = request;
  await requireFile(model);
  const notes = demo ? [`model: the demo checkpoint (no --model given), ${height}x${width}`] : [];
  const extension = extname(model).toLowerCase();
  if (extension === '.onnx') return { path: model, name: model, notes };
  if (extension === '.engine') {
    throw new FairmotError(`Expected a .pth or .onnx model on the CPU but received ${model}`, { kind: 'usage' });
  }
  return cachedExport(model, { height, width, topK }, notes);
}

async function cachedExport(
  model: string,
  options: { height: number; width: number; topK: number },
  notes: readonly string[],
): Promise<NetworkFile> {
  const { height, width } = options;
  const cells = (height / 4) * (width / 4);
  const topK = Math.min(options.topK, cells);
  const hash = (await sha256OfFile(model)).slice(0, 16);
  // The exporter's own code is part of the key, so that another version never meets this one's files.
  const exporter = (await sha256OfFile(fileURLToPath(import.meta.resolve('@trt-fairmot/onnx-export')))).slice(0, 8);
  const stem = basename(model, extname(model));
  const folder = cacheFolder();
  const path = join(folder, `${stem}-${hash}-${height}x${width}-k${topK}-${exporter}.onnx`);
  if (existsSync(path)) return { path, name: model, notes };
  const started = performance.now();
  const { bytes } = await onnxFromCheckpoint(model, { height, width, topK, outputs: 'detections' });
  await mkdir(folder, { recursive: true });
  await saveModel(path, bytes, { overwrite: true });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return { path, name: model, notes: [...notes, `exported ${basename(model)} to ${path} in ${seconds} s`] };
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return;
  throw new FairmotError(`Expected a model file at ${path} but received ${found ? 'a folder' : 'nothing'}`);
}

/** SHA-256 of a file, in hexadecimal. */
async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
