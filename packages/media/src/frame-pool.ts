import { paddingBytes } from './picture-reader.js';
import type { Frame } from './types.js';

/** Buffers for frames: a pulled frame keeps its own until `hold` further ones were pulled. */
export class FramePool {
  readonly #bytes: number;
  readonly #hold: number;
  readonly #free: Buffer[] = [];
  readonly #pulled: Buffer[] = [];
  readonly #buffers = new WeakMap<Frame, Buffer>();

  constructor(bytes: number, hold: number) {
    this.#bytes = bytes;
    this.#hold = hold;
  }

  /** A buffer nobody reads. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.alloc(this.#bytes + paddingBytes);
  }

  /** The pixels of a filled buffer. */
  pixels(buffer: Buffer): Uint8Array {
    return new Uint8Array(buffer.buffer, buffer.byteOffset, this.#bytes);
  }

  own(frame: Frame, buffer: Buffer): Frame {
    this.#buffers.set(frame, buffer);
    return frame;
  }

  /** The consumer pulled this frame. */
  pulled(frame: Frame): void {
    const buffer = this.#buffers.get(frame);
    if (this.#hold === Number.POSITIVE_INFINITY || !buffer) return;
    this.#pulled.push(buffer);
    if (this.#pulled.length > this.#hold) this.#free.push(this.#pulled.shift() as Buffer);
  }

  /** Nobody will see this frame. */
  dropped(frame: Frame): void {
    const buffer = this.#buffers.get(frame);
    if (buffer) this.#free.push(buffer);
  }
}
