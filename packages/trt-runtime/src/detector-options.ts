// What a detector is made with, checked.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { BatchTimings } from './detector-stats.js';
import type { Engine, EngineOptions } from './engine.js';
import { frameBytes, type PixelFormat } from './letterbox-plan.js';
import { requireWhole } from './requirements.js';

/** What `FairmotDetector.create` takes. */
export interface FairmotDetectorOptions extends EngineOptions {
  /** Path of an engine, its bytes, or an engine already loaded, which is then not closed with the detector. */
  readonly engine: string | Uint8Array | Engine;
  /**
   * Frames the network takes at once at most, 1 to 64; the engine must be built for it (`fairmot build --max-batch`). Default 1.
   * Frames of any sizes and streams share a batch; a batch that is not full runs as it is.
   */
  readonly batch?: number;
  /** How long a frame waits for others to share its batch, in milliseconds. Default 2; 0 runs what is there. */
  readonly maxDelayMs?: number;
  /** Batches on their way at the same time, 1 to 16. Default 2: one on the GPU while the next is being copied. */
  readonly slots?: number;
  /** Detections must score strictly above this, 0 to 1. Default 0.4, FairMOT's `conf_thres`. */
  readonly confidence?: number;
  /** At most so many detections a frame, 1 to 1000. Default 500, FairMOT's `K`; engines that decode themselves fix it. */
  readonly topK?: number;
  /** Layout of the frames given to `detect`. Default `rgb`. */
  readonly inputFormat?: PixelFormat;
  /** Input size for an engine that leaves it open. */
  readonly inputSize?: { readonly width: number; readonly height: number };
  /** Number of the optimisation profile. Default 0. */
  readonly profile?: number;
  /** Replays the work of a batch as one CUDA graph. Default true; where recording fails, work is submitted step by step. */
  readonly graph?: boolean;
  /** Measures the stages on the GPU for `stats`. Default false: it costs some microseconds a batch. */
  readonly timings?: boolean;
  /** Called with the measured stages of each batch, for timelines. Turns `timings` on. */
  readonly onTimings?: (timings: BatchTimings) => void;
  /** Waits for the GPU by spinning, which answers sooner and takes a CPU core. Default false. */
  readonly spin?: boolean;
}

/** The options with their defaults. */
export type DetectorSettings = Required<
  Pick<
    FairmotDetectorOptions,
    | 'batch'
    | 'maxDelayMs'
    | 'slots'
    | 'confidence'
    | 'topK'
    | 'inputFormat'
    | 'profile'
    | 'graph'
    | 'timings'
    | 'onTimings'
    | 'spin'
  >
>;

/** @throws FairmotError for a number out of its range or an unknown pixel format */
export function settingsFromOptions(options: FairmotDetectorOptions): DetectorSettings {
  const { batch = 1, maxDelayMs = 2, slots = 2, confidence = 0.4, topK = 500, inputFormat = 'rgb' } = options;
  const { profile = 0, graph = true, onTimings = () => {}, spin = false } = options;
  const timings = (options.timings ?? false) || options.onTimings !== undefined;
  requireWhole(batch, 1, 'batch', 64);
  requireWhole(slots, 1, 'slots', 16);
  requireWhole(topK, 1, 'topK', 1000);
  requireWhole(profile, 0, 'profile');
  frameBytes(inputFormat, { width: 1, height: 1 });
  if (!(maxDelayMs >= 0 && maxDelayMs <= 10_000)) {
    throw new FairmotError(`Expected maxDelayMs from 0 to 10000 but received ${maxDelayMs}`);
  }
  if (!(confidence >= 0 && confidence <= 1)) {
    throw new FairmotError(`Expected confidence from 0 to 1 but received ${confidence}`);
  }
  return { batch, maxDelayMs, slots, confidence, topK, inputFormat, profile, graph, timings, onTimings, spin };
}
