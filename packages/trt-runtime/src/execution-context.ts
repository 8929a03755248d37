import type { DeviceBuffer } from './device-buffer.js';
import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import type { Stream } from './stream.js';

/** The time of one layer in one run. */
export interface LayerTime {
  readonly layer: string;
  readonly milliseconds: number;
}

/**
 * An engine's run: input shapes, a buffer for every tensor, and memory of its own. Shares the engine, which may be closed before it.
 *
 * @example
 * context.setInputShape('input', [1, 3, 608, 1088]);
 * for (const { name } of engine.tensors) context.setBuffer(name, buffers.get(name));
 * await context.enqueue(stream);
 */
export class ExecutionContext extends NativeObject {
  /** @internal */
  constructor(addon: NativeAddon, handle: Handle) {
    super(addon, handle);
  }

  /** @throws FairmotError that names the tensor and the range of shapes if the shape is outside the profile */
  setInputShape(name: string, shape: readonly number[]): void {
    this.addon.contextSetInputShape(this.handle, name, shape);
  }

  /** Shape of a tensor at the input shapes set now. */
  tensorShape(name: string): number[] {
    return this.addon.contextTensorShape(this.handle, name);
  }

  /** Bytes a tensor's buffer must have at the input shapes set now, padding included. */
  tensorSize(name: string): number {
    return this.addon.contextTensorSize(this.handle, name);
  }

  /** @throws FairmotError if the engine has no such tensor, or the buffer is too small for it */
  setBuffer(name: string, buffer: DeviceBuffer): void {
    this.addon.contextSetBuffer(this.handle, name, buffer.handle);
  }

  /** Submits one run. Fulfilled when submitted; do not change shapes or buffers before. */
  enqueue(stream: Stream): Promise<void> {
    return this.addon.contextEnqueue(this.handle, stream.handle);
  }

  /** One run with the time of every layer, which is slower than a plain run. */
  profile(stream: Stream): Promise<LayerTime[]> {
    return this.addon.contextProfile(this.handle, stream.handle);
  }
}
