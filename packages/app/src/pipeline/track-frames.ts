// The pipeline: frames are decoded, detected and tracked at the same time, in order.
import type { ZoneCounter } from '@trt-fairmot/counting';
import type { Detections, RgbImage } from '@trt-fairmot/fairmot-postprocess';
import type { Frame } from '@trt-fairmot/media';
import { type OutputFilter, type Track, type Tracker, tracksForOutput } from '@trt-fairmot/tracker';
import type { Output } from '../output/output.js';
import { firstClass } from './first-class.js';

/** Any of the runtimes: an image in, detections in its own pixels out; may be called again before it has answered. */
export interface Detector {
  detect(image: RgbImage): Promise<Detections>;
}

export interface TrackFramesOptions {
  readonly frames: AsyncIterable<Frame>;
  readonly detector: Detector;
  readonly tracker: Tracker;
  /** Which tracks are shown. Default: FairMOT's filter. */
  readonly filter?: OutputFilter;
  /** Counts the tracks that are shown. */
  readonly counter?: ZoneCounter | undefined;
  readonly outputs: readonly Output[];
  /** Frames in the network's hands at the same time, 1 or more. Default 2: one computed, one waiting. */
  readonly inFlight?: number;
  readonly signal?: AbortSignal;
  readonly onFrame?: (frame: Frame, tracks: readonly Track[]) => void;
}

/** What a run did; times are milliseconds on the pipeline's own thread. */
export interface TrackingSummary {
  readonly frames: number;
  readonly tracks: number;
  readonly interrupted: boolean;
  readonly elapsedMs: number;
  readonly waitForFrameMs: number;
  readonly waitForNetworkMs: number;
  readonly trackerMs: number;
  readonly outputMs: number;
}

type Pending = { readonly frame: Frame; readonly answer: Promise<Detections> };

/**
 * Tracks all frames and writes each result to all outputs; does not close them.
 *
 * @throws whatever the source, the detector or an output throws, after the frames before it were written
 */
export async function trackFrames(options: TrackFramesOptions): Promise<TrackingSummary> {
  const { frames, detector, tracker, counter, outputs, signal, inFlight = 2 } = options;
  const times = { waitForFrameMs: 0, waitForNetworkMs: 0, trackerMs: 0, outputMs: 0 };
  const ids = new Set<number>();
  const queue: Pending[] = [];
  const started = performance.now();
  let done = 0;

  const finishOldest = async () => {
    const { frame, answer } = queue.shift() as Pending;
    let mark = performance.now();
    const detections = firstClass(await answer);
    mark = lap(times, 'waitForNetworkMs', mark);
    const tracks = tracksForOutput(tracker.update(detections), options.filter);
    for (const { id } of tracks) ids.add(id);
    const result = { frame, detections, tracks, ...(counter ? { counts: counter.update(tracks) } : {}) };
    mark = lap(times, 'trackerMs', mark);
    for (const output of outputs) await output.write(result);
    lap(times, 'outputMs', mark);
    done += 1;
    options.onFrame?.(frame, tracks);
  };

  const iterator = frames[Symbol.asyncIterator]();
  const finishAll = async () => {
    while (queue.length > 0) await finishOldest();
  };
  try {
    while (!signal?.aborted) {
      const mark = performance.now();
      const next = await iterator.next().catch(async (error: unknown) => {
        await finishAll();
        if (signal?.aborted) return { done: true } as const;
        throw error;
      });
      lap(times, 'waitForFrameMs', mark);
      if (next.done) break;
      const answer = detector.detect(next.value);
      answer.catch(() => undefined);
      queue.push({ frame: next.value, answer });
      if (queue.length >= inFlight) await finishOldest();
    }
    await finishAll();
  } finally {
    await Promise.allSettled(queue.map(({ answer }) => answer));
    await iterator.return?.();
  }
  const elapsedMs = performance.now() - started;
  return { frames: done, tracks: ids.size, interrupted: signal?.aborted ?? false, elapsedMs, ...times };
}

/** Adds the time since `mark` to one of the sums and returns the time now. */
function lap<K extends string>(sums: Record<K, number>, key: K, mark: number): number {
  const now = performance.now();
  sums[key] += now - mark;
  return now;
}
