import { readFile } from 'node:fs/promises';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { ExecutionContext } from './execution-context.js';
import { loadAddon } from './load-addon.js';
import { loadPlugins } from './load-plugins.js';
import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import { requireDevice } from './requirements.js';

/** One input or output of an engine. */
export interface TensorInfo {
  readonly name: string;
  readonly mode: 'input' | 'output';
  readonly dtype: 'float32' | 'float16' | 'bfloat16' | 'int8' | 'uint8' | 'int32' | 'int64' | 'bool' | 'other';
  /** Memory layout: `linear` is as the shape says; `hwc8` has channels last, padded to a multiple of 8. */
  readonly format: 'linear' | 'chw2' | 'chw4' | 'chw16' | 'chw32' | 'hwc' | 'hwc8' | 'hwc16' | 'other';
  /** -1 where dynamic. */
  readonly shape: readonly number[];
  /** Allowed shapes per optimisation profile; empty for outputs. */
  readonly profiles: readonly {
    readonly min: readonly number[];
    readonly opt: readonly number[];
    readonly max: readonly number[];
  }[];
}

/** How an engine is loaded. */
export interface EngineOptions {
  /** Number of the GPU. Default 0. */
  readonly device?: number;
  /** Plugin libraries the engine needs, by path. */
  readonly plugins?: readonly string[];
}

/**
 * A TensorRT engine, loaded and ready for execution contexts.
 *
 * @example
 * await using engine = await Engine.load('fairmot.engine', { plugins: ['libtrt_fairmot_plugins.so'] });
 * for (const { name, mode, dtype, shape } of engine.tensors) console.log(name, mode, dtype, shape.join('x'));
 */
export class Engine extends NativeObject {
  /** The name of the network, or empty. */
  readonly name: string;
  /** Number of the GPU. */
  readonly device: number;
  /** Bytes each execution context takes. */
  readonly deviceMemorySize: number;
  readonly layerCount: number;
  readonly tensors: readonly TensorInfo[];

  private constructor(addon: NativeAddon, handle: Handle) {
    super(addon, handle);
    const { name, device, deviceMemorySize, layerCount, tensors } = addon.engineInfo(handle);
    this.name = name;
    this.device = device;
    this.deviceMemorySize = deviceMemorySize;
    this.layerCount = layerCount;
    this.tensors = tensors;
  }

  /**
   * @param source path of an engine file, or its bytes
   * @throws FairmotError that says how to go on where the bytes are no engine, or one of another TensorRT version, GPU or plugin
   */
  static async load(source: string | Uint8Array, options: EngineOptions = {}): Promise<Engine> {
    const device = requireDevice(options.device);
    const bytes = typeof source === 'string' ? await bytesOf(source) : source;
    if (bytes.length === 0) {
      throw new FairmotError('Expected the bytes of an engine but received none', {
        hint: 'build it with: fairmot build',
      });
    }
    const addon = await loadAddon();
    await loadPlugins(options.plugins ?? []);
    return new Engine(addon, await addon.engineLoad(device, bytes));
  }

  /**
   * A context to run the engine in: device memory of its own, so that several run at the same time.
   *
   * @param options.profile number of the optimisation profile, default 0
   * @throws FairmotError when the GPU has not so much memory free
   */
  async createContext(options: { profile?: number } = {}): Promise<ExecutionContext> {
    return new ExecutionContext(this.addon, await this.addon.contextCreate(this.handle, options.profile ?? 0));
  }

  /** TensorRT's description of the layers, as parsed JSON; how much it tells depends on the build's `profilingVerbosity`. */
  async inspect(): Promise<unknown> {
    return JSON.parse(await this.addon.engineInspect(this.handle));
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FairmotError(`Expected an engine file at ${path} but received: ${(cause as Error).message}`, {
      hint: `build it with: fairmot build MODEL -o ${path}`,
      cause,
    });
  }
}
