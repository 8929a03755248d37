import type { SourceOptions } from './types.js';

/** Which frames of a source are given: from `start` for `duration` seconds, every `stride`-th. */
export class Selection {
  readonly start: number;
  readonly end: number;
  readonly stride: number;
  readonly maxFrames: number;
  #seen = 0;

  constructor(options: SourceOptions) {
    this.start = options.start ?? 0;
    this.end = this.start + (options.duration ?? Number.POSITIVE_INFINITY);
    this.stride = options.stride ?? 1;
    this.maxFrames = options.maxFrames ?? Number.POSITIVE_INFINITY;
  }

  /** Timestamps are rounded by containers, some to a millisecond. */
  static tolerance(frameRate: number): number {
    return Math.min(0.001, 0.25 / frameRate);
  }

  /** Ask once per frame, in order. */
  verdict(time: number, frameRate: number): 'skip' | 'take' | 'end' {
    if (time < this.start - Selection.tolerance(frameRate)) return 'skip';
    if (this.ended(time, frameRate)) return 'end';
    return this.#seen++ % this.stride === 0 ? 'take' : 'skip';
  }

  ended(time: number, frameRate: number): boolean {
    return time >= this.end - Selection.tolerance(frameRate);
  }

  /** How many of `total` frames (null: unknown) will be given. */
  count(total: number | null, frameRate: number): number | null {
    const tolerance = Selection.tolerance(frameRate);
    const first = Math.max(0, Math.ceil((this.start - tolerance) * frameRate));
    const last = Math.ceil((this.end - tolerance) * frameRate);
    const inRange = Math.max(0, Math.min(last, total ?? Number.POSITIVE_INFINITY) - first);
    const count = Math.min(Math.ceil(inRange / this.stride), this.maxFrames);
    return Number.isFinite(count) && (total !== null || count === 0) ? count : null;
  }
}
