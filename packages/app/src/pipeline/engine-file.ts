// The engine to run: the file itself, or one built from a checkpoint or network, kept in the cache.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import {
  type BuildHooks,
  type BuildOptionsInput,
  type BuiltEngine,
  checkEngine,
  engineFromOnnx,
  machineFromProbe,
  readEngineManifest,
  saveEngine,
  tensorrtBackend,
} from '@trt-fairmot/trt-builder';
import { cacheFolder } from './cache-folder.js';
import type { ChosenModel } from './chosen-model.js';
import { fileHash, moduleHash } from './file-hash.js';
import { type Machine, machineOnce, pluginLibraries } from './machine.js';
import type { MadeFile } from './network-file.js';

export interface EngineRequest {
  readonly model: ChosenModel;
  readonly precision: 'fp32' | 'fp16';
  /** Detections a frame of an engine that decodes its own heat map. */
  readonly topK: number;
  readonly gpu: number;
  /** Images a run at most. Default 1. */
  readonly maxBatch?: number;
  /** Asked for what the engine must fit; a command that has asked before hands its answer on. */
  readonly machine?: Machine;
}

type Hooks = Omit<BuildHooks, 'backend'>;

export { pluginLibraries };

/**
 * Finds or builds the engine for a GPU. A given engine is checked against its description first.
 *
 * @throws FairmotError that says how to rebuild an engine that does not fit, or what TensorRT lacks here
 */
export async function engineFile(request: EngineRequest, hooks: Hooks = {}): Promise<MadeFile> {
  const { model, gpu, maxBatch = 1, machine = machineOnce() } = request;
  if (model.kind === 'engine') return { path: model.path, notes: await checkedEngine(model.path, gpu, machine) };
  const path = await cachedEnginePath({ ...request, maxBatch, machine });
  if (existsSync(path)) return { path, notes: [] };
  const backend = { ...tensorrtBackend, machine: async () => machineFromProbe(await machine(), gpu, 'build') };
  const built = await engineFromModel(
    model,
    { precision: request.precision, topK: request.topK, device: gpu, maxBatch },
    { ...hooks, backend },
  );
  await mkdir(cacheFolder(), { recursive: true });
  await saveEngine(path, built, { overwrite: true });
  return { path, notes: [`built ${path} in ${built.manifest.build.seconds} s`] };
}

/** Builds from an ONNX file, or from a checkpoint by way of one in memory. */
export async function engineFromModel(
  { path, kind, height, width }: ChosenModel,
  options: BuildOptionsInput,
  hooks: BuildHooks = {},
): Promise<BuiltEngine> {
  const all = { name: path, ...hooks };
  if (kind === 'onnx') return engineFromOnnx(path, options, all);
  const batch = (options.maxBatch ?? 1) > 1 ? 'dynamic' : 1;
  const { bytes } = await onnxFromCheckpoint(path, { height, width, batch });
  return engineFromOnnx(bytes, options, all);
}

async function checkedEngine(path: string, gpu: number, machine: Machine): Promise<string[]> {
  const manifest = await readEngineManifest(path);
  if (!manifest)
    return [`${path} has no description beside it (${basename(path)}.json): nothing is known of what it fits`];
  const found = machineFromProbe(await machine(), gpu, 'run');
  return checkEngine(manifest, found, { path, engine: await readFile(path) });
}

/** The name holds everything the engine depends on. */
async function cachedEnginePath({
  model,
  precision,
  topK,
  gpu,
  maxBatch,
  machine,
}: Required<EngineRequest>): Promise<string> {
  const { path, kind, height, width } = model;
  const found = machineFromProbe(await machine(), gpu, 'run');
  const parts = [
    basename(path, extname(path)),
    (await fileHash(path)).slice(0, 16),
    ...(kind === 'onnx' ? [] : [`${height}x${width}`]),
    precision,
    ...(precision === 'fp16' ? [`top${topK}`] : []),
    ...(maxBatch > 1 ? [`b${maxBatch}`] : []),
    `trt${found.tensorrt}`,
    found.gpu.replaceAll(/\W+/g, '_'),
    ...(await Promise.all(pluginLibraries().map(async (library) => (await fileHash(library)).slice(0, 8)))),
    await moduleHash('@trt-fairmot/onnx-export', '@trt-fairmot/trt-builder', '@trt-fairmot/trt-runtime'),
  ];
  return join(cacheFolder(), `${parts.join('-')}.engine`);
}
