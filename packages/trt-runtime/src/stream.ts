import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { CudaGraph } from './cuda-graph.js';
import type { DeviceBuffer } from './device-buffer.js';
import { loadAddon } from './load-addon.js';
import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import type { PinnedBuffer } from './pinned-buffer.js';
import { requireDevice } from './requirements.js';

/** Which bytes a copy moves; from the start of both and as many as both have, where not said otherwise. */
export interface CopyRange {
  readonly deviceOffset?: number;
  readonly pinnedOffset?: number;
  readonly size?: number;
}

/**
 * A queue of work on a GPU, done in the order it was submitted. Each method's promise is fulfilled when the work is submitted, not
 * when it is done: for that, `await stream.synchronize()`. No call blocks Node's thread or its thread pool.
 *
 * @example
 * await using stream = await Stream.create();
 * await stream.upload(pinned, device);
 * await context.enqueue(stream);
 * await stream.download(output, result);
 * await stream.synchronize();
 */
export class Stream extends NativeObject {
  /** Number of the GPU. */
  readonly device: number;

  private constructor(addon: NativeAddon, handle: Handle, device: number) {
    super(addon, handle);
    this.device = device;
  }

  /** @param options.device number of the GPU, default 0 */
  static async create(options: { device?: number } = {}): Promise<Stream> {
    const device = requireDevice(options.device);
    const addon = await loadAddon();
    return new Stream(addon, await addon.streamCreate(device), device);
  }

  /** Host to GPU. The pinned bytes must stay as they are until the copy is done. */
  upload(from: PinnedBuffer, to: DeviceBuffer, range: CopyRange = {}): Promise<void> {
    const { deviceOffset = 0, pinnedOffset = 0 } = range;
    const size = range.size ?? Math.min(from.size - pinnedOffset, to.size - deviceOffset);
    return this.addon.copyToDevice(this.handle, to.handle, deviceOffset, from.handle, pinnedOffset, size);
  }

  /** GPU to host. The pinned bytes hold the result after `synchronize`. */
  download(from: DeviceBuffer, to: PinnedBuffer, range: CopyRange = {}): Promise<void> {
    const { deviceOffset = 0, pinnedOffset = 0 } = range;
    const size = range.size ?? Math.min(to.size - pinnedOffset, from.size - deviceOffset);
    return this.addon.copyToHost(this.handle, from.handle, deviceOffset, to.handle, pinnedOffset, size);
  }

  /** Fulfilled when everything submitted so far is done. @throws FairmotError with what went wrong on the GPU */
  synchronize(): Promise<void> {
    return this.addon.streamSynchronize(this.handle);
  }

  /**
   * Records what `submit` submits to this stream, without running it, as a graph to launch any number of times.
   * Contexts must have run once before with the same shapes and buffers.
   *
   * @example
   * const graph = await stream.capture(async () => {
   *   await stream.upload(pinned, input);
   *   await context.enqueue(stream);
   * });
   * await graph.launch(stream);
   */
  async capture(submit: () => Promise<void>): Promise<CudaGraph> {
    await this.addon.captureBegin(this.handle);
    try {
      await submit();
    } catch (error) {
      await this.addon.captureEnd(this.handle).then(
        (graph) => this.addon.closeHandle(graph),
        () => undefined, // the first error says more
      );
      throw new FairmotError('Expected work that a CUDA graph can record but received an error', { cause: error });
    }
    return new CudaGraph(this.addon, await this.addon.captureEnd(this.handle));
  }
}
