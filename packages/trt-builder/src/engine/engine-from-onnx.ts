import { readFile } from 'node:fs/promises';
import { FairmotError, type ModelProto, modelFromBytes } from '@trt-fairmot/onnx-export';
import type { BuildProgress, LogMessage, BuildOptions as NativeBuildOptions } from '@trt-fairmot/trt-runtime';
import manifest from '../../package.json' with { type: 'json' };
import { argumentsFromOptions } from '../options/build-arguments.js';
import { type BuildOptions, type BuildOptionsInput, buildOptionsFrom } from '../options/build-options.js';
import type { PassReport } from '../passes/apply-passes.js';
import { isStronglyTyped } from '../passes/pass-list.js';
import { isQuantized } from '../quantization/expect-quantizable.js';
import type { QuantizationOptions } from '../quantization/insert-quantization.js';
import type { EngineBackend, EngineMachine } from './engine-backend.js';
import type { EngineManifest } from './engine-manifest.js';
import { expectPlugins } from './expect-plugins.js';
import { type NetworkInterface, networkInterface } from './network-interface.js';
import { onnxForTensorrt, type TensorrtOnnx } from './onnx-for-tensorrt.js';
import { pluginLibraryPath } from './plugin-library.js';
import { sha256Of } from './sha256.js';
import { tensorrtBackend } from './tensorrt-backend.js';
import { readTimingCache, writeTimingCache } from './timing-cache.js';

/** What {@link engineFromOnnx} may be told beside the build options. */
export interface BuildHooks {
  /** What messages call a model given as bytes and what the rebuild command names; normally its path. */
  readonly name?: string;
  /** Arguments behind the model in the rebuild command, where they are not those of the options alone. */
  readonly rebuildArguments?: readonly string[];
  readonly onProgress?: (progress: BuildProgress) => void;
  /** TensorRT's log; the verbose part of it with the option `verbose`. */
  readonly onLog?: (message: LogMessage) => void;
  /** Stops the build at TensorRT's next step. */
  readonly signal?: AbortSignal;
  /**
   * How to quantise a network for precision int8: calibrates it, or reads what was calibrated. Not asked where the network
   * carries quantisation already.
   */
  readonly quantization?: (network: ModelProto) => Promise<QuantizationOptions>;
  /** Another builder than trt-runtime's. */
  readonly backend?: EngineBackend;
}

/** An engine and what is known of it. */
export interface BuiltEngine {
  /** TensorRT's plan. */
  readonly engine: Uint8Array;
  readonly manifest: EngineManifest;
  /** What each graph pass did, in order. */
  readonly reports: readonly PassReport[];
}

/** Everything that is settled before TensorRT starts. */
interface Plan {
  readonly onnx: Uint8Array;
  readonly name: string;
  readonly options: BuildOptions;
  readonly machine: EngineMachine;
  readonly prepared: TensorrtOnnx;
  readonly network: NetworkInterface;
}

/**
 * Builds a TensorRT engine from an ONNX model: graph passes for the TensorRT at hand, then its own ONNX parser and
 * builder. Takes a minute or two for FairMOT's DLA-34; runs on a thread of its own.
 *
 * @param onnx path or bytes of the model
 * @throws FairmotError of kind 'usage' for options that do not fit the model, 'environment' where TensorRT, a GPU or the
 * plugin library is missing, 'input' for a model TensorRT refuses
 * @example
 * const built = await engineFromOnnx('fairmot.onnx', { precision: 'fp16', timingCache: 'tactics.cache' });
 * await saveEngine('fairmot.engine', built);
 */
export async function engineFromOnnx(
  onnx: string | Uint8Array,
  given: BuildOptionsInput = {},
  hooks: BuildHooks = {},
): Promise<BuiltEngine> {
  const backend = hooks.backend ?? tensorrtBackend;
  const plan = await planFrom(onnx, buildOptionsFrom(given), backend, hooks);
  const begin = performance.now();
  const built = await nativeEngine(plan, backend, hooks);
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  return {
    engine: built.engine,
    manifest: manifestFrom(plan, built.engine, seconds, hooks),
    reports: plan.prepared.reports,
  };
}

async function planFrom(
  source: string | Uint8Array,
  options: BuildOptions,
  backend: EngineBackend,
  hooks: BuildHooks,
): Promise<Plan> {
  const name = hooks.name ?? (typeof source === 'string' ? source : 'model.onnx');
  hooks.onProgress?.({ phase: 'graph passes', step: 0, steps: null });
  const onnx = typeof source === 'string' ? await readModel(source) : source;
  const machine = await backend.machine({ device: options.device, plugins: pluginLibraries(options) });
  const { tensorrt } = machine;
  const { precision, topK, dcnInterpolation, disablePass = [] } = options;
  const quantization = precision === 'int8' ? await quantizationOf(onnx, name, hooks) : null;
  const prepared = onnxForTensorrt(onnx, {
    ...{ tensorrt, precision, topK, dcnInterpolation, disablePass, name },
    ...(quantization ? { quantization } : {}),
  });
  expectPlugins(prepared.plugins, machine, name);
  return { onnx, name, options, machine, prepared, network: networkInterface(prepared.model, options) };
}

async function quantizationOf(
  onnx: Uint8Array,
  name: string,
  { quantization }: BuildHooks,
): Promise<QuantizationOptions | null> {
  const network = modelFromBytes(onnx, name);
  return quantization && !isQuantized(network) ? quantization(network) : null;
}

async function readModel(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: Error) => {
    throw new FairmotError(`Expected an ONNX file at ${path} but received: ${cause.message}`, { cause });
  });
}

function pluginLibraries({ pluginLibrary }: BuildOptions): string[] {
  const path = pluginLibraryPath(pluginLibrary);
  return path === null ? [] : [path];
}

async function nativeEngine(
  { options, machine, prepared, network }: Plan,
  backend: EngineBackend,
  hooks: BuildHooks,
): ReturnType<EngineBackend['buildEngine']> {
  const { timingCache: cacheFile, optimizationLevel } = options;
  const strong = isStronglyTyped(machine.tensorrt);
  const cache = cacheFile === undefined ? null : await readTimingCache(cacheFile);
  const native: NativeBuildOptions = {
    device: options.device,
    plugins: pluginLibraries(options),
    fp16: options.precision !== 'fp32' && !strong,
    int8: options.precision === 'int8' && !strong,
    stronglyTyped: strong,
    tf32: hasTf32(options),
    workspaceMiB: options.workspace ?? 0,
    profilingVerbosity: options.profilingVerbosity,
    tacticSources: ['edge-mask-convolutions', 'jit-convolutions', ...(options.tacticSources ?? [])],
    profile: network.profile,
    verbose: options.verbose,
    ...(optimizationLevel === undefined ? {} : { optimizationLevel }),
    ...(cache ? { timingCache: cache } : {}),
    ...(hooks.onLog ? { onLog: hooks.onLog } : {}),
    ...(hooks.onProgress ? { onProgress: hooks.onProgress } : {}),
    ...(hooks.signal ? { signal: hooks.signal } : {}),
  };
  const built = await backend.buildEngine(prepared.bytes, native);
  if (cacheFile !== undefined) await writeTimingCache(cacheFile, built.timingCache);
  return built;
}

/** float32 means float32; beside fp16 and int8, what stays float32 may use TF32. */
function hasTf32({ precision }: BuildOptions): boolean {
  return precision !== 'fp32';
}

function manifestFrom(plan: Plan, engine: Uint8Array, seconds: number, hooks: BuildHooks): EngineManifest {
  const { onnx, name, options, machine, prepared, network } = plan;
  const metadata = prepared.model.metadataProps.filter(({ key }) => key.startsWith('fairmot.'));
  return {
    format: 'trt-fairmot-engine',
    version: 1,
    engine: { sha256: sha256Of(engine), bytes: engine.length },
    onnx: { sha256: sha256Of(onnx), bytes: onnx.length },
    tensorrt: machine.tensorrt,
    cuda: machine.cuda,
    gpu: { name: machine.gpu, computeCapability: machine.computeCapability },
    precision: options.precision,
    tf32: hasTf32(options),
    stronglyTyped: isStronglyTyped(machine.tensorrt),
    plugins: [...prepared.plugins],
    batch: network.batch,
    inputs: network.inputs,
    outputs: network.outputs,
    heads: network.heads,
    metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])),
    passes: prepared.reports.map(({ pass, changed }) => ({ name: pass, changed })),
    build: {
      tool: `${manifest.name} ${manifest.version}`,
      source: name,
      arguments: [...(hooks.rebuildArguments ?? argumentsFromOptions(options))],
      seconds,
    },
  };
}
