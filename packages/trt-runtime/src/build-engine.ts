// ONNX to engine: TensorRT's own parser and builder, in native code.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { loadAddon } from './load-addon.js';
import { loadPlugins } from './load-plugins.js';
import type { NativeBuildOptions } from './native-addon.js';
import { requireDevice, requireWhole } from './requirements.js';

/** Severity of a message of TensorRT. */
export type LogSeverity = 'internal-error' | 'error' | 'warning' | 'info' | 'verbose';

/** One message of TensorRT. */
export interface LogMessage {
  readonly severity: LogSeverity;
  readonly message: string;
}

/** How far a build is. */
export interface BuildProgress {
  /** What is being done: TensorRT's own words from version 10 on, else `start TensorRT`, `read ONNX`, `build engine`, `time tactics`. */
  readonly phase: string;
  readonly step: number;
  /** Null where TensorRT does not say. With TensorRT 8.6 an estimate that may be off by some steps. */
  readonly steps: number | null;
}

/** Where TensorRT may look for kernels. cuBLAS and cuDNN exist before TensorRT 11 and need those libraries on every machine. */
export type TacticSource = 'edge-mask-convolutions' | 'jit-convolutions' | 'cublas' | 'cublas-lt' | 'cudnn';

/** Shapes of a dynamic input: the engine takes everything between min and max and is fastest at opt. */
export interface InputProfile {
  readonly min: readonly number[];
  readonly opt: readonly number[];
  readonly max: readonly number[];
}

/** How `buildEngine` builds. */
export interface BuildOptions {
  /** Number of the GPU to build on and for. Default 0. */
  readonly device?: number;
  /** Plugin libraries the model needs, by path. */
  readonly plugins?: readonly string[];
  /** Lets layers run in float16 where that is faster (TensorRT 8.6 and 10). Default false. */
  readonly fp16?: boolean;
  /** Lets layers between Q/DQ nodes run in int8 (TensorRT 8.6 and 10; 11 needs no flag). Default false. */
  readonly int8?: boolean;
  /** Takes the types of the ONNX tensors as they are (TensorRT 10; always so in 11). Default false. */
  readonly stronglyTyped?: boolean;
  /** Lets float32 layers use TF32, with 10 bits of mantissa. Default false. */
  readonly tf32?: boolean;
  /** Layers to keep in float32 in an fp16 build, by exact name (TensorRT 8.6 and 10). */
  readonly float32Layers?: readonly string[];
  /** Most temporary device memory a layer may take, MiB. Default all. */
  readonly workspaceMiB?: number;
  /** 0 (fast build) to 5 (fast engine). Default TensorRT's, 3. */
  readonly optimizationLevel?: number;
  /** Default edge-mask and JIT convolutions, which need no other library. `default` leaves the choice to TensorRT. */
  readonly tacticSources?: readonly TacticSource[] | 'default';
  /** Extra streams the engine may run layers on at the same time. Default TensorRT's choice. */
  readonly maxAuxStreams?: number;
  /** How much `Engine.inspect` can tell. Default `layer-names`. */
  readonly profilingVerbosity?: 'layer-names' | 'none' | 'detailed';
  /** By input name; needed for dynamic inputs. */
  readonly profile?: Readonly<Record<string, InputProfile>>;
  /** From an earlier build's `timingCache`: spares the timing of known layers. One of another GPU or version is ignored. */
  readonly timingCache?: Uint8Array;
  /** Passes verbose messages to `onLog` too. Default false. */
  readonly verbose?: boolean;
  readonly onLog?: (message: LogMessage) => void;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Stops the build: at once from TensorRT 10 on, before or after the timing of tactics in 8.6. */
  readonly signal?: AbortSignal;
}

/** A built engine. */
export interface BuiltEngine {
  /** The serialised engine, for `Engine.load` on the same GPU model and TensorRT version. */
  readonly engine: Uint8Array;
  /** For the `timingCache` of later builds. */
  readonly timingCache: Uint8Array;
  /** Layers of the network as parsed, before TensorRT fused them. */
  readonly layerCount: number;
  /** Warnings and errors. */
  readonly log: readonly LogMessage[];
}

const severities: readonly LogSeverity[] = ['internal-error', 'error', 'warning', 'info', 'verbose'];
const verbosities = { 'layer-names': 0, none: 1, detailed: 2 } as const;
const kept: ReadonlySet<LogSeverity> = new Set(['internal-error', 'error', 'warning']);

/**
 * Builds a TensorRT engine from an ONNX model. Takes a minute or two for FairMOT on an H100; runs on a thread of its own, one build
 * at a time in a process.
 *
 * @param onnx the model's bytes; custom nodes such as `DCNv2` resolve to plugins of that name
 * @throws FairmotError that names the node the parser refuses, the input without shapes, or what TensorRT said
 * @example
 * const { engine, log } = await buildEngine(await readFile('fairmot.onnx'), {
 *   fp16: true,
 *   plugins: ['libtrt_fairmot_plugins.so'],
 *   onProgress: ({ phase, step, steps }) => console.error(phase, step, steps ?? ''),
 * });
 * await writeFile('fairmot.engine', engine);
 */
export async function buildEngine(onnx: Uint8Array, options: BuildOptions = {}): Promise<BuiltEngine> {
  const native = nativeOptionsFrom(options);
  if (onnx.length === 0) throw new FairmotError('Expected the bytes of an ONNX model but received none');
  const addon = await loadAddon();
  await loadPlugins(options.plugins ?? []);
  options.signal?.throwIfAborted();
  const log: LogMessage[] = [];
  const cancellation = addon.cancellationCreate();
  const cancel = () => addon.cancel(cancellation);
  options.signal?.addEventListener('abort', cancel, { once: true });
  try {
    const built = await addon.build(
      onnx,
      native,
      cancellation,
      (severity, message) => {
        const entry = { severity: severities[severity] ?? 'info', message };
        if (kept.has(entry.severity)) log.push(entry);
        options.onLog?.(entry);
      },
      (phase, step, steps) => options.onProgress?.({ phase, step, steps: steps > 0 ? Math.max(steps, step) : null }),
    );
    return { ...built, log };
  } finally {
    options.signal?.removeEventListener('abort', cancel);
  }
}

/** Options with defaults filled in and checked. */
export function nativeOptionsFrom(options: BuildOptions): NativeBuildOptions {
  const {
    workspaceMiB = 0,
    optimizationLevel,
    maxAuxStreams,
    tacticSources = ['edge-mask-convolutions', 'jit-convolutions'],
  } = options;
  requireWhole(workspaceMiB, 0, 'workspaceMiB');
  if (optimizationLevel !== undefined) requireWhole(optimizationLevel, 0, 'optimizationLevel', 5);
  if (maxAuxStreams !== undefined) requireWhole(maxAuxStreams, 0, 'maxAuxStreams');
  return {
    device: requireDevice(options.device),
    fp16: options.fp16 ?? false,
    int8: options.int8 ?? false,
    stronglyTyped: options.stronglyTyped ?? false,
    tf32: options.tf32 ?? false,
    verbose: options.verbose ?? false,
    workspaceMiB,
    optimizationLevel: optimizationLevel ?? -1,
    profilingVerbosity: verbosities[options.profilingVerbosity ?? 'layer-names'],
    maxAuxStreams: maxAuxStreams ?? -1,
    tacticSources: tacticSources === 'default' ? [] : tacticSources,
    float32Layers: options.float32Layers ?? [],
    profile: Object.fromEntries(
      Object.entries(options.profile ?? {}).map(([name, shapes]) => [name, checkedProfile(name, shapes)]),
    ),
    timingCache: options.timingCache ?? null,
  };
}

function checkedProfile(name: string, { min, opt, max }: InputProfile) {
  const ordered =
    min.length === opt.length &&
    opt.length === max.length &&
    min.every((size, i) => size >= 1 && size <= opt[i]! && opt[i]! <= max[i]!);
  if (!ordered) {
    const text = [min, opt, max].map((shape) => shape.join('x')).join(', ');
    throw new FairmotError(`Expected min <= opt <= max shapes of one rank for input ${name} but received ${text}`);
  }
  return { min: [...min], opt: [...opt], max: [...max] };
}
