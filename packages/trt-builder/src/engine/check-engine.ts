import { FairmotError } from '@trt-fairmot/onnx-export';
import type { EngineMachine } from './engine-backend.js';
import type { EngineManifest } from './engine-manifest.js';
import { expectPlugins } from './expect-plugins.js';
import { sha256Of } from './sha256.js';

/** What {@link checkEngine} is told beside the manifest and the machine. */
export interface CheckOptions {
  /** The engine's path, for the messages. */
  readonly path: string;
  /** The plan's bytes, to be compared with the manifest's checksum. */
  readonly engine?: Uint8Array;
}

/**
 * Checks that an engine fits a machine: TensorRT's version, the GPU's compute capability, the plugins and, where the bytes
 * are given, that they are those described. Plans are bound to the first three; TensorRT itself would refuse them with
 * less of a message, or crash.
 *
 * @returns what may cost speed but works: one sentence each
 * @throws FairmotError that names every difference and the command that builds the engine again
 * @example
 * const manifest = await readEngineManifest('fairmot.engine');
 * if (manifest) checkEngine(manifest, machine, { path: 'fairmot.engine' });
 */
export function checkEngine(
  manifest: EngineManifest,
  machine: EngineMachine,
  { path, engine }: CheckOptions,
): string[] {
  const hint = `build it again: ${rebuildCommand(manifest, path)}`;
  if (engine && sha256Of(engine) !== manifest.engine.sha256) {
    throw new FairmotError(
      `Expected ${path} to be the engine its description names (${manifest.engine.bytes} bytes) but received ${engine.length} other bytes`,
      { hint },
    );
  }
  const differences = differencesOf(manifest, machine);
  if (differences.length > 0) {
    throw new FairmotError(`Expected ${path} to fit this machine but received ${differences.join(', and ')}`, { hint });
  }
  expectPlugins(manifest.plugins, machine, path);
  if (manifest.gpu.name === machine.gpu) return [];
  return [`${path} was tuned on ${manifest.gpu.name} and may be slower on ${machine.gpu}; ${hint}`];
}

function differencesOf(manifest: EngineManifest, machine: EngineMachine): string[] {
  const differences: string[] = [];
  if (manifest.tensorrt !== machine.tensorrt) {
    differences.push(`one of TensorRT ${manifest.tensorrt} where ${machine.tensorrt} is installed`);
  }
  const { name, computeCapability } = manifest.gpu;
  if (computeCapability !== machine.computeCapability) {
    const here = `${machine.gpu}, compute capability ${machine.computeCapability}`;
    differences.push(`one for ${name}, compute capability ${computeCapability}, where the GPU is ${here}`);
  }
  return differences;
}

/** The command that builds an engine again. */
export function rebuildCommand({ build }: EngineManifest, path: string): string {
  return ['fairmot', 'build', build.source, '-o', path, ...build.arguments, '--overwrite'].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}
