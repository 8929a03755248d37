import { loadAddon } from './load-addon.js';
import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import { requireDevice, requireWhole } from './requirements.js';

/**
 * Page-locked host memory: copies between it and a GPU need no help of the CPU and run at the full speed of the bus. `bytes` is
 * the memory itself, so a decoder can write a frame straight into it.
 *
 * @example
 * await using pinned = await PinnedBuffer.create(1920 * 1080 * 3);
 * pinned.bytes.set(frame.data);
 */
export class PinnedBuffer extends NativeObject {
  readonly #view: ArrayBuffer;
  /** The memory. Of length 0 once the buffer is closed. */
  readonly bytes: Uint8Array;
  /** Bytes. */
  readonly size: number;

  private constructor(addon: NativeAddon, handle: Handle, size: number) {
    super(addon, handle);
    this.#view = addon.pinnedBufferView(handle);
    this.bytes = new Uint8Array(this.#view);
    this.size = size;
  }

  /**
   * @param size bytes, 1 or more
   * @param options.device number of a GPU that will use it, default 0
   * @throws FairmotError when the host cannot lock so much memory
   */
  static async create(size: number, options: { device?: number } = {}): Promise<PinnedBuffer> {
    const device = requireDevice(options.device);
    requireWhole(size, 1, 'size');
    const addon = await loadAddon();
    return new PinnedBuffer(addon, await addon.pinnedBufferCreate(device, size), size);
  }

  /** As `NativeObject.close`; every view of the memory has length 0 from now on. */
  override close(): Promise<void> {
    this.addon.detachView(this.#view);
    return super.close();
  }
}
