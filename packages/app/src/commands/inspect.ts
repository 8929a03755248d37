// fairmot inspect: what a checkpoint or a network holds.
import { open, readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { describeCheckpoint, describeOnnx, fingerprintFromStateDict, openCheckpoint } from '@trt-fairmot/onnx-export';
import { manifestPath, readEngineManifest, rebuildCommand } from '@trt-fairmot/trt-builder';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { reasonOf } from '../cli/reason.js';
import { demoLicence, isDemoModel } from '../pipeline/demo-model.js';

/** Facts by name; lists and tables are written on one line. */
type Facts = Record<string, unknown>;

async function factsFromCheckpoint(path: string): Promise<Facts> {
  const checkpoint = await openCheckpoint(path);
  try {
    const { format, epoch, tensors, elements, dtypes, ...network } = describeCheckpoint(checkpoint);
    const weights = await fingerprintFromStateDict(checkpoint.stateDict);
    return { kind: 'PyTorch checkpoint', format, ...network, epoch, tensors, elements, dtypes, ...licensed(weights) };
  } finally {
    await checkpoint.close();
  }
}

async function factsFromOnnx(path: string): Promise<Facts> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new FairmotError(`Expected a readable file at ${path} but received ${reasonOf(cause)}`, { cause });
  });
  const description = describeOnnx(bytes, path);
  const megabytes = Number((bytes.length / 1e6).toFixed(1));
  return { kind: 'ONNX network', megabytes, ...description, ...licensed(description.metadata['fairmot.weights']) };
}

/** What its description says; an engine itself tells nothing without the GPU it is for. */
async function factsFromEngine(path: string): Promise<Facts> {
  const manifest = await readEngineManifest(path);
  const { size } = await stat(path);
  const megabytes = Number((size / 1e6).toFixed(1));
  if (!manifest) return { kind: 'TensorRT engine', megabytes, description: `none (no ${manifestPath(path)})` };
  const { format: _, version: __, engine, onnx, metadata, build, ...facts } = manifest;
  const plugins = facts.plugins.map(({ name, version }) => `${name}@${version}`);
  const passes = facts.passes.map(({ name, changed }) => `${name} ${changed}`);
  const hashes = { sha256: engine.sha256, 'onnx sha256': onnx.sha256 };
  const rebuild = rebuildCommand(manifest, path);
  return {
    kind: 'TensorRT engine',
    megabytes,
    ...facts,
    plugins,
    passes,
    ...hashes,
    metadata,
    seconds: build.seconds,
    rebuild,
    ...licensed(metadata['fairmot.weights']),
  };
}

/** `.onnx` and `.engine` by their names; everything else is looked at as a checkpoint, which names what it is not. */
async function factsFromFile(path: string): Promise<Facts> {
  const readers: Record<string, (path: string) => Promise<Facts>> = {
    '.onnx': factsFromOnnx,
    '.engine': factsFromEngine,
  };
  const facts = await (readers[extname(path).toLowerCase()] ?? factsFromCheckpoint)(path);
  return { file: path, ...facts };
}

/** Weights by their fingerprint, and what may be done with them where they are ours. */
function licensed(weights: string | undefined): Facts {
  return { ...(weights ? { weights } : {}), ...(isDemoModel(weights) ? { licence: demoLicence } : {}) };
}

function textFromValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(textFromValue).join(', ');
  if (value === null || typeof value !== 'object') return String(value);
  if ('name' in value && 'shape' in value) {
    const { name, type, shape } = value as unknown as { name: string; type: string; shape: unknown[] | null };
    return `${name} ${type} [${shape?.join(', ') ?? '?'}]`;
  }
  return Object.entries(value)
    .map(([key, entry]) => `${key || 'ai.onnx'} ${textFromValue(entry)}`)
    .join(', ');
}

/** One fact a line, its name padded: easy to grep. */
export function inspectLines(facts: Facts): string[] {
  const width = Math.max(...Object.keys(facts).map((key) => key.length));
  return Object.entries(facts).map(([key, value]) => `${key.padEnd(width)}  ${textFromValue(value)}`);
}

/** Prints what the file holds. */
export async function inspect(path: string, options: { json: boolean }): Promise<ExitCode> {
  await requireFile(path);
  const facts = await factsFromFile(path);
  if (options.json) console.log(JSON.stringify(facts, null, 2));
  else for (const line of inspectLines(facts)) console.log(line);
  return exitCode.ok;
}

async function requireFile(path: string): Promise<void> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new FairmotError(`Expected a file at ${path} but received ${reasonOf(cause)}`, { cause });
  });
  await handle.close();
}
