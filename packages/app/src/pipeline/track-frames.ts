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
  readonly onFrame?: (frame: Frame, tracks: readonly Track[], times: FrameTimes) => void;
}

/** Milliseconds that one frame took: in the network's hands (waiting included), the tracker's, the outputs', and from first to last. */
export interface FrameTimes {
  readonly detectorMs: number;
  readonly trackerMs: number;
  readonly outputMs: number;
  readonly latencyMs: number;
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

type Pending = { readonly frame: Frame; readonly asked: number; readonly answer: Promise<Detections> };

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
    const { frame, asked, answer } = queue.shift() as Pending;
    const mark = performance.now();
    const detections = firstClass(await answer);
    const detected = lap(times, 'waitForNetworkMs', mark);
    const tracks = tracksForOutput(tracker.update(detections), options.filter);
    for (const { id } of tracks) ids.add(id);
    const result = { frame, detections, tracks, ...(counter ? { counts: counter.update(tracks) } : {}) };
    const tracked = lap(times, 'trackerMs', detected);
    for (const output of outputs) await output.write(result);
    const written = lap(times, 'outputMs', tracked);
    done += 1;
    options.onFrame?.(frame, tracks, {
      detectorMs: detected - asked,
      trackerMs: tracked - detected,
      outputMs: written - tracked,
      latencyMs: written - asked,
    });
  };

  const iterator = frames[Symbol.asyncIterator]();
  const finishAll = async () => {
    while (queue.length > 0) await finishOldest();
  };
  try {
    while (!signal?.aborted) {
      const coming = iterator.next();
      coming.catch(() => undefined);
      let mark = performance.now();
      // A source that gives its frames in its own time: what is answered meanwhile does not wait for the next one.
      while (queue[0] && (await settlesFirst(queue[0].answer, coming))) {
        lap(times, 'waitForFrameMs', mark);
        await finishOldest();
        mark = performance.now();
      }
      const next = await coming.catch(async (error: unknown) => {
        await finishAll();
        if (signal?.aborted) return { done: true } as const;
        throw error;
      });
      lap(times, 'waitForFrameMs', mark);
      if (next.done) break;
      const asked = performance.now();
      const answer = detector.detect(next.value);
      answer.catch(() => undefined);
      queue.push({ frame: next.value, asked, answer });
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

/** Whether `one` has an end before `other`; where both have, `other` comes first. */
function settlesFirst(one: Promise<unknown>, other: Promise<unknown>): Promise<boolean> {
  const first = (promise: Promise<unknown>, value: boolean) =>
    promise.then(
      () => value,
      () => value,
    );
  return Promise.race([first(other, false), first(one, true)]);
}

/** Adds the time since `mark` to one of the sums and returns the time now. */
function lap<K extends string>(sums: Record<K, number>, key: K, mark: number): number {
  const now = performance.now();
  sums[key] += now - mark;
  return now;
}
