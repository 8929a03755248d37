// Frames that are ready to run, collected into batches.
import { FairQueue } from './fair-queue.js';

/** What a `BatchCollector` takes. */
export interface BatchCollectorOptions<Frame, Result> {
  /** Frames in a full batch. */
  readonly batch: number;
  /** Batches on their way at the same time. */
  readonly slots: number;
  /** How long a frame waits for others, in milliseconds. */
  readonly maxDelayMs: number;
  /** Streams that may still bring frames: once each of them has one waiting, there is nothing to wait for. */
  readonly openStreams: ReadonlySet<object>;
  /** Runs 1 to `batch` frames in a slot; as many results, in their order. */
  readonly run: (slot: number, frames: readonly Frame[]) => Promise<readonly Result[]>;
}

interface Waiting<Frame, Result> {
  readonly frame: Frame;
  readonly since: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs a batch as soon as a slot is free and the batch is full, its oldest frame has waited `maxDelayMs`, or every open stream has a
 * frame in it. Streams take turns.
 */
export class BatchCollector<Frame, Result> {
  readonly #options: BatchCollectorOptions<Frame, Result>;
  readonly #waiting = new FairQueue<Waiting<Frame, Result>>();
  readonly #freeSlots: number[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hurried = false;

  constructor(options: BatchCollectorOptions<Frame, Result>) {
    this.#options = options;
    this.#freeSlots = Array.from({ length: options.slots }, (_, slot) => slot);
  }

  add(stream: object, frame: Frame): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(stream, { frame, since: performance.now(), resolve, reject });
      this.#runWhatIsDue();
    });
  }

  /** Looks again, after `openStreams` has changed. */
  update(): void {
    this.#runWhatIsDue();
  }

  /** From now on no frame waits for others. */
  hurry(): void {
    this.#hurried = true;
    this.#runWhatIsDue();
  }

  #runWhatIsDue(): void {
    while (this.#freeSlots.length > 0 && this.#waiting.size > 0) {
      const remaining = this.#remainingMs();
      if (remaining > 0) {
        this.#timer ??= setTimeout(() => this.#onTimer(), remaining);
        return;
      }
      void this.#runNext();
    }
  }

  /** A timer may be some microseconds early. */
  #onTimer(): void {
    this.#timer = undefined;
    if (this.#freeSlots.length > 0 && this.#waiting.size > 0 && this.#remainingMs() < 1) void this.#runNext();
    this.#runWhatIsDue();
  }

  #remainingMs(): number {
    const { batch, maxDelayMs, openStreams } = this.#options;
    if (this.#hurried || maxDelayMs === 0 || this.#waiting.size >= batch) return 0;
    if (openStreams.size > 0 && [...openStreams].every((stream) => this.#waiting.has(stream))) return 0;
    const oldest = Math.min(...this.#waiting.heads().map(({ since }) => since));
    return oldest + maxDelayMs - performance.now();
  }

  async #runNext(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const slot = this.#freeSlots.shift() as number;
    const frames: Waiting<Frame, Result>[] = [];
    while (frames.length < this.#options.batch && this.#waiting.size > 0) {
      frames.push(this.#waiting.shift() as Waiting<Frame, Result>);
    }
    try {
      const results = await this.#options.run(
        slot,
        frames.map(({ frame }) => frame),
      );
      frames.forEach(({ resolve }, i) => {
        resolve(results[i] as Result);
      });
    } catch (error) {
      for (const { reject } of frames) reject(error);
    } finally {
      this.#freeSlots.push(slot);
      this.#runWhatIsDue();
    }
  }
}
