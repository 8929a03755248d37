// What a detector has done and how long it took.
import type { NativeBatchResult, NativeStageTimes } from './native-addon.js';

/** Milliseconds of GPU time in each stage. */
export type StageTimes = Omit<NativeStageTimes, 'start'>;

/** The stages of one batch as the GPU went through them. */
export interface BatchTimings {
  readonly slot: number;
  /** Frames in the batch. */
  readonly frames: number;
  /** When the upload began, in milliseconds of GPU time since the detector was made: single precision, 1 microsecond in the first seconds. */
  readonly startMs: number;
  /** Milliseconds of the whole batch; stages follow each other, starting with `upload`. */
  readonly stages: StageTimes;
}

/** Counts and times of a `FairmotDetector` since it was made. */
export interface FairmotDetectorStats {
  readonly frames: number;
  /** Runs of the network. */
  readonly batches: number;
  /** Mean milliseconds from having a place to having the detections: host copy, waiting for its batch, GPU and the way back. */
  readonly latencyMs: number;
  /** Mean peaks above the confidence a frame had, before topK. */
  readonly candidates: number;
  /**
   * Mean GPU milliseconds a frame, a batch's time being shared by its frames: `upload`, `letterbox`, `network`, `decode` (which
   * writes the detections to the host's memory) and `total`. Null without the option `timings`.
   */
  readonly stages: StageTimes | null;
  /** Whether work is replayed as CUDA graphs. */
  readonly graph: boolean;
  /** Why not, if that was tried; else null. */
  readonly graphError: string | null;
}

export class DetectorStats {
  #frames = 0;
  #batches = 0;
  #latency = 0;
  #candidates = 0;
  #timed = 0;
  #stages = { upload: 0, letterbox: 0, network: 0, decode: 0, total: 0 };
  #graphError: string | null = null;

  addFrame(candidates: number, latency: number): void {
    this.#frames += 1;
    this.#latency += latency;
    this.#candidates += candidates;
  }

  addBatch({ frames, times, graphError }: NativeBatchResult): void {
    this.#batches += 1;
    this.#graphError = graphError || null;
    if (!times) return;
    this.#timed += frames.length;
    for (const stage of Object.keys(this.#stages) as (keyof StageTimes)[]) this.#stages[stage] += times[stage];
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
      batches: this.#batches,
      latencyMs: mean(this.#latency, this.#frames),
      candidates: mean(this.#candidates, this.#frames),
      stages: timed === 0 ? null : stages,
      graph: this.#graphError === null,
      graphError: this.#graphError,
    };
  }
}
