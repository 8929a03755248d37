// One camera or film among several that share a detector.
import type { Detections, Size } from '@trt-fairmot/fairmot-postprocess';
import { closedError } from './frame-slots.js';

/** A frame in the detector's `inputFormat`, tightly packed. */
export interface DetectorFrame extends Size {
  readonly data: Uint8Array;
}

/** Pinned memory to write a frame into, and then to detect in. */
export interface FrameSlot {
  /** The frame's bytes; valid until `detect` or `release` is called, of length 0 once the detector is closed. */
  readonly data: Uint8Array;
  /** As `FairmotDetector.detect`, without a copy. Ends the use of this slot. */
  detect(): Promise<Detections>;
  /** Gives the slot back unused. */
  release(): void;
}

/** What a stream asks of its detector. */
export interface StreamHost {
  detect(stream: object, frame: DetectorFrame): Promise<Detections>;
  acquire(stream: object, size: Size): Promise<FrameSlot>;
  closeStream(stream: object): void;
}

/**
 * A stream's share of a `FairmotDetector`: streams take turns, so that none waits for another's queue, and a batch does not wait for
 * more once each open stream has a frame in it.
 *
 * @example
 * using camera = detector.stream();
 * const detections = await camera.detect({ width, height, data });
 */
export class DetectorStream {
  readonly #host: StreamHost;
  #closed = false;

  /** @internal */
  constructor(host: StreamHost) {
    this.#host = host;
  }

  /** As `FairmotDetector.detect`. */
  async detect(frame: DetectorFrame): Promise<Detections> {
    this.#requireOpen();
    return this.#host.detect(this, frame);
  }

  /** As `FairmotDetector.acquire`. */
  async acquire(size: Size): Promise<FrameSlot> {
    this.#requireOpen();
    return this.#host.acquire(this, size);
  }

  /** Says that no more frames come. Those on their way are finished. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#host.closeStream(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #requireOpen(): void {
    if (this.#closed) throw closedError('DetectorStream');
  }
}
