// The places frames pass through, handed out in turn.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { FairQueue } from './fair-queue.js';
import { PinnedBuffer } from './pinned-buffer.js';

/** A place for one frame on its way: its number and pinned memory. */
export interface Place {
  readonly number: number;
  staging: PinnedBuffer | undefined;
}

/** A fixed number of places; whoever asks while all are taken waits: streams take turns, and within one it is first come, first served. */
export class FrameSlots {
  readonly #device: number;
  readonly #free: Place[];
  readonly #all: readonly Place[];
  readonly #waiting = new FairQueue<{ resolve: (place: Place) => void; reject: (error: FairmotError) => void }>();
  #running = 0;
  #closed = false;

  constructor(count: number, device: number) {
    this.#device = device;
    this.#all = Array.from({ length: count }, (_, number) => ({ number, staging: undefined }));
    this.#free = [...this.#all];
  }

  take(stream: object): Promise<Place> {
    if (this.#closed) return Promise.reject(closedError());
    const place = this.#free.shift();
    if (place) return Promise.resolve(place);
    return new Promise((resolve, reject) => this.#waiting.push(stream, { resolve, reject }));
  }

  give(place: Place): void {
    const next = this.#waiting.shift();
    if (next) next.resolve(place);
    else this.#free.push(place);
  }

  /** Runs the work of the next free place. Work that has a place when `close` is called is finished. */
  async runNext<T>(stream: object, work: (place: Place) => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      const place = await this.take(stream);
      return await work(place).finally(() => this.give(place));
    } finally {
      this.#running -= 1;
    }
  }

  /** Runs the work of a place taken before, and gives the place back. */
  async run<T>(place: Place, work: (place: Place) => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      if (this.#closed) throw closedError();
      return await work(place);
    } finally {
      this.#running -= 1;
      this.give(place);
    }
  }

  /** The place's pinned memory, made larger if need be. */
  async stagingOf(place: Place, bytes: number): Promise<PinnedBuffer> {
    if (place.staging && place.staging.size >= bytes) return place.staging;
    await place.staging?.close();
    place.staging = undefined;
    place.staging = await PinnedBuffer.create(bytes, { device: this.#device });
    return place.staging;
  }

  /** Turns away those who wait, waits for work under way, then frees the pinned memory. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.clear()) reject(closedError());
    while (this.#running > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all(this.#all.map((place) => place.staging?.close()));
  }
}

export function closedError(what = 'FairmotDetector'): FairmotError {
  return new FairmotError(`Expected an open ${what} but received a closed one`, {
    hint: 'create a new one, or close it after its last use',
  });
}
