// What a detector has done and how long it took.
import type { NativeFrameResult, NativeStageTimes } from './native-addon.js';

/** Mean milliseconds of GPU time a frame spends in each stage. */
export type StageTimes = NativeStageTimes;

/** Counts and times of a `FairmotDetector` since it was made. */
export interface FairmotDetectorStats {
  readonly frames: number;
  /** Mean milliseconds from having a slot to having the detections: host copy, GPU and the way back. */
  readonly latencyMs: number;
  /** Mean peaks above the confidence a frame had, before topK. */
  readonly candidates: number;
  /**
   * Mean GPU milliseconds a frame: `upload`, `letterbox`, `network`, `decode` (which writes the detections to the host's memory)
   * and `total`. Null without the option `timings`.
   */
  readonly stages: StageTimes | null;
  /** Whether frames are replayed as CUDA graphs. */
  readonly graph: boolean;
  /** Why not, if that was tried; else null. */
  readonly graphError: string | null;
}

export class DetectorStats {
  #frames = 0;
  #latency = 0;
  #candidates = 0;
  #timed = 0;
  #stages = { upload: 0, letterbox: 0, network: 0, decode: 0, total: 0 };
  #graphError: string | null = null;

  add(result: NativeFrameResult, latency: number): void {
    this.#frames += 1;
    this.#latency += latency;
    this.#candidates += result.candidates;
    this.#graphError = result.graphError || null;
    if (!result.times) return;
    this.#timed += 1;
    for (const stage of Object.keys(this.#stages) as (keyof StageTimes)[]) this.#stages[stage] += result.times[stage];
  }

  snapshot(): FairmotDetectorStats {
    const mean = (sum: number, count: number) => (count === 0 ? 0 : sum / count);
    const { upload, letterbox, network, decode, total } = this.#stages;
    const timed = this.#timed;
    const stages = {
      upload: mean(upload, timed),
      letterbox: mean(letterbox, timed),
      network: mean(network, timed),
      decode: mean(decode, timed),
      total: mean(total, timed),
    };
    return {
      frames: this.#frames,
      latencyMs: mean(this.#latency, this.#frames),
      candidates: mean(this.#candidates, this.#frames),
      stages: timed === 0 ? null : stages,
      graph: this.#graphError === null,
      graphError: this.#graphError,
    };
  }
}
