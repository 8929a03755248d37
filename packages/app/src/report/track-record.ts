// What a tracking run leaves for its report, frame by frame, in little memory.
import type { TextResult } from '../output/output.js';
import { Spaced } from './spaced.js';

/** Objects at one moment of the film. */
export interface Moment {
  /** Seconds of the film. */
  readonly time: number;
  readonly tracks: number;
  readonly detections: number;
  /** Frames so far, and the milliseconds they took. */
  readonly frames: number;
  readonly elapsedMs: number;
}

/** A track's life: seconds of the film. */
export interface Life {
  readonly id: number;
  readonly spans: readonly (readonly [number, number])[];
  readonly frames: number;
}

/** Collects what the charts show. */
export class TrackRecord {
  readonly #moments = new Spaced<Moment>(3000);
  readonly #lives = new Map<number, { spans: [number, number][]; frames: number; last: number }>();
  readonly #started = performance.now();
  #frames = 0;
  #objects = 0;
  #most = 0;
  #time = 0;

  add({ frame, detections, tracks }: TextResult): void {
    this.#frames += 1;
    this.#objects += tracks.length;
    this.#most = Math.max(this.#most, tracks.length);
    this.#time = frame.time;
    if (this.#moments.wants()) {
      this.#moments.add({
        time: frame.time,
        tracks: tracks.length,
        detections: detections.count,
        frames: this.#frames,
        elapsedMs: performance.now() - this.#started,
      });
    }
    for (const { id } of tracks) this.#live(id, frame.time);
  }

  #live(id: number, time: number): void {
    const life = this.#lives.get(id);
    const span = life?.spans.at(-1);
    if (!life || !span) {
      this.#lives.set(id, { spans: [[time, time]], frames: 1, last: this.#frames });
      return;
    }
    // A track seen in the frame before goes on; else it was lost and found.
    if (life.last === this.#frames - 1) span[1] = time;
    else life.spans.push([time, time]);
    life.last = this.#frames;
    life.frames += 1;
  }

  get frames(): number {
    return this.#frames;
  }

  /** Seconds of the film until the last frame. */
  get time(): number {
    return this.#time;
  }

  /** Mean and largest number of tracks in a frame. */
  get objects(): { readonly mean: number; readonly most: number } {
    return { mean: this.#objects / Math.max(1, this.#frames), most: this.#most };
  }

  get moments(): readonly Moment[] {
    return this.#moments.items;
  }

  /** In the order they appeared. */
  get lives(): readonly Life[] {
    return [...this.#lives].map(([id, { spans, frames }]) => ({ id, spans, frames }));
  }
}
