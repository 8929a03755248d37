import { loadAddon } from './load-addon.js';
import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import { requireDevice, requireWhole } from './requirements.js';

/**
 * Memory on a GPU.
 *
 * @example
 * await using buffer = await DeviceBuffer.create(4 * 3 * 608 * 1088);
 * await stream.upload(pinned, buffer);
 */
export class DeviceBuffer extends NativeObject {
  /** Bytes. */
  readonly size: number;
  /** Number of the GPU. */
  readonly device: number;

  private constructor(addon: NativeAddon, handle: Handle, size: number, device: number) {
    super(addon, handle);
    this.size = size;
    this.device = device;
  }

  /**
   * @param size bytes, 1 or more
   * @param options.device number of the GPU, default 0
   * @throws FairmotError when the GPU has not so much memory free; the process goes on
   */
  static async create(size: number, options: { device?: number } = {}): Promise<DeviceBuffer> {
    const device = requireDevice(options.device);
    requireWhole(size, 1, 'size');
    const addon = await loadAddon();
    return new DeviceBuffer(addon, await addon.deviceBufferCreate(device, size), size, device);
  }
}
