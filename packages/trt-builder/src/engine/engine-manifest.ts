import { readFile } from 'node:fs/promises';
import { FairmotError } from '@trt-fairmot/onnx-export';
import { z } from 'zod';
import { passNames } from '../passes/pass-list.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.number().int().nonnegative();
const shape = z.array(z.number().int());

/**
 * What lies beside an engine as `model.engine.json`: where it comes from, what it fits, what goes in and out. The plan
 * itself stays as TensorRT wrote it, so that trtexec and others load it too.
 */
export const engineManifestSchema = z.object({
  format: z.literal('trt-fairmot-engine'),
  version: z.literal(1),
  /** The plan this describes. */
  engine: z.object({ sha256, bytes: size }),
  /** The ONNX file before the graph passes. */
  onnx: z.object({ sha256, bytes: size }),
  tensorrt: z.string(),
  cuda: z.string(),
  gpu: z.object({ name: z.string(), computeCapability: z.string() }),
  precision: z.enum(['fp32', 'fp16', 'int8']),
  tf32: z.boolean(),
  stronglyTyped: z.boolean(),
  /** TensorRT plugins the plan holds. */
  plugins: z.array(z.object({ name: z.string(), version: z.string() })),
  batch: z.object({ min: size, opt: size, max: size }),
  /** -1 stands for a dimension that the profile leaves open: the batch. */
  inputs: z.array(z.object({ name: z.string(), type: z.string(), shape })),
  outputs: z.array(z.object({ name: z.string(), type: z.string(), shape })),
  /** Channels of each head among the outputs. */
  heads: z.record(z.string(), size),
  /** The ONNX file's `fairmot.*` entries. */
  metadata: z.record(z.string(), z.string()),
  passes: z.array(z.object({ name: z.enum(passNames), changed: size })),
  build: z.object({
    tool: z.string(),
    /** Model and arguments of the `fairmot build` that makes this engine again. */
    source: z.string(),
    arguments: z.array(z.string()),
    seconds: z.number().nonnegative(),
  }),
});

/** Description of an engine; see {@link engineManifestSchema}. */
export type EngineManifest = z.output<typeof engineManifestSchema>;

/** Where an engine's description lies. */
export function manifestPath(enginePath: string): string {
  return `${enginePath}.json`;
}

/**
 * Reads the description beside an engine.
 *
 * @returns null where there is none, as for engines of trtexec: those can be loaded, but nothing is known of what they fit
 * @throws FairmotError when the file is no such description
 * @example
 * (await readEngineManifest('fairmot.engine'))?.precision; // 'fp16'
 */
export async function readEngineManifest(enginePath: string): Promise<EngineManifest | null> {
  const path = manifestPath(enginePath);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new FairmotError(`Expected to read ${path} but received: ${cause.message}`, { cause });
  });
  return text === null ? null : manifestFromText(text, path);
}

function manifestFromText(text: string, path: string): EngineManifest {
  const hint = 'build the engine again with fairmot build';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FairmotError(`Expected JSON in ${path} but received: ${(cause as Error).message}`, { cause, hint });
  }
  const result = engineManifestSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const place = issue.path.join('.') || 'its top';
  throw new FairmotError(`Expected an engine's description in ${path} but received at ${place}: ${issue.message}`, {
    hint,
  });
}
