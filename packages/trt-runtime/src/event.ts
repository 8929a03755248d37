import { loadAddon } from './load-addon.js';
import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import { requireDevice } from './requirements.js';
import type { Stream } from './stream.js';

/**
 * A point in a stream's work, for timing.
 *
 * @example
 * await start.record(stream);
 * await context.enqueue(stream);
 * await end.record(stream);
 * await stream.synchronize();
 * console.log(`${end.since(start)} ms`);
 */
export class Event extends NativeObject {
  private constructor(addon: NativeAddon, handle: Handle) {
    super(addon, handle);
  }

  /** @param options.device number of the GPU, default 0 */
  static async create(options: { device?: number } = {}): Promise<Event> {
    const device = requireDevice(options.device);
    const addon = await loadAddon();
    return new Event(addon, await addon.eventCreate(device));
  }

  /** Marks the present end of the stream's work. */
  record(stream: Stream): Promise<void> {
    return this.addon.eventRecord(this.handle, stream.handle);
  }

  /** Milliseconds of GPU time from `earlier` to this event; both must have been reached. */
  since(earlier: Event): number {
    return this.addon.eventElapsed(earlier.handle, this.handle);
  }
}
