// Frames from memory to tracks: one at a time for the stages, then several of all streams for the throughput.
import type { Detections } from '@trt-fairmot/fairmot-postprocess';
import { FairmotTracker, tracksForOutput } from '@trt-fairmot/tracker';
import { firstClass } from '../pipeline/first-class.js';
import { type BenchFrames, swinging } from './frames.js';
import type { FrameResult, StreamResult, StreamsResult } from './result.js';
import { statisticsOf } from './statistics.js';
import type { BenchStream, BenchStreams, Submitted } from './streams.js';
import { type Timing, timedLoop } from './timed-loop.js';

/** Sums by stage: means times the number of frames. */
const sumsOf = (means: Readonly<Record<string, number>>, frames: number) =>
  Object.entries(means).map(([name, mean]) => [name, mean * frames] as const);

/** One frame at a time: the time of each stage and of the whole. */
export async function frameByFrame(
  stream: BenchStream,
  frames: BenchFrames,
  confidence: number,
  timing: Timing,
): Promise<FrameResult> {
  const tracker = new FairmotTracker({ confidence });
  const series = new Map<string, number[]>();
  const add = (name: string, ms: number) => void (series.get(name)?.push(ms) ?? series.set(name, [ms]));
  let [index, tracks] = [0, 0];
  let sums = new Map<string, number>();
  const run = async () => {
    const image = frames.images[swinging(frames.images.length, index)] ?? {
      width: 0,
      height: 0,
      data: new Uint8Array(),
    };
    const { started, answer } = await stream.submit(image);
    const detections = firstClass(await answer);
    const detected = performance.now();
    tracks += tracksForOutput(tracker.update(detections)).length;
    const ended = performance.now();
    index += 1;
    const now = new Map(sumsOf(stream.stages(), index));
    const stages = [...now].map(([name, sum]) => [name, Math.max(0, sum - (sums.get(name) ?? 0))] as const);
    sums = now;
    return [...stages, ['tracker', ended - detected], ['whole frame', ended - started]] as const;
  };
  await timedLoop(timing, run, (stages) => {
    for (const [name, ms] of stages) add(name, ms);
  });
  const { width, height } = frames;
  const stages = Object.fromEntries([...series].map(([name, values]) => [name, statisticsOf(values)]));
  return { width, height, stages, tracks: tracks / Math.max(1, index) };
}

/** The time in which results count: from the end of the warm-up until time and results suffice. */
class Window {
  readonly begin: number;
  readonly #least: number;
  readonly #timing: Timing;
  #end = Number.POSITIVE_INFINITY;
  #results = 0;

  constructor(timing: Timing) {
    this.#timing = timing;
    this.begin = performance.now() + timing.warmUpMs;
    this.#least = this.begin + timing.durationMs;
  }

  get open(): boolean {
    return this.#end === Number.POSITIVE_INFINITY && !this.#timing.signal?.aborted;
  }

  /** When it closed; now, where it did not. */
  get end(): number {
    return Math.min(this.#end, Math.max(this.begin + 1, performance.now()));
  }

  /** Whether a result that came now counts. */
  takes(now: number): boolean {
    if (now < this.begin || now > this.#end) return false;
    this.#results += 1;
    if (now >= this.#least && this.#results >= this.#timing.leastRuns) this.#end = now;
    return true;
  }
}

/** All streams at once, each with several frames on their way. */
export async function allStreams(
  { streams, inFlight, batch }: Pick<BenchStreams, 'streams' | 'inFlight' | 'batch'>,
  frames: BenchFrames,
  confidence: number,
  timing: Timing,
): Promise<StreamsResult> {
  const window = new Window(timing);
  const watches = await Promise.all(
    streams.map((stream, place) => runStream({ stream, place, inFlight, images: frames.images, confidence }, window)),
  );
  const { begin, end } = window;
  const results = watches.map((watch) => watch.result(end));
  const counts = results.map((result) => result.frames);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const share = (count: number) => (total === 0 ? 0 : (count * streams.length) / total);
  const seconds = (end - begin) / 1000;
  return {
    inFlight,
    batch,
    seconds,
    framesPerSecond: total / seconds,
    streams: results,
    leastShare: share(Math.min(...counts)),
    mostShare: share(Math.max(...counts)),
  };
}

/** Notes when a stream's results come, within the time that counts. */
class StreamWatch {
  readonly #window: Window;
  readonly #latencies: number[] = [];
  #last: number;
  #longestGap = 0;

  constructor(window: Window) {
    this.#window = window;
    this.#last = window.begin;
  }

  add(started: number, now: number): void {
    if (!this.#window.takes(now)) return;
    this.#latencies.push(now - started);
    this.#longestGap = Math.max(this.#longestGap, now - this.#last);
    this.#last = now;
  }

  result(end: number): StreamResult {
    const frames = this.#latencies.length;
    return {
      frames,
      framesPerSecond: (1000 * frames) / (end - this.#window.begin),
      latency: frames === 0 ? null : statisticsOf(this.#latencies),
      longestGap: Math.max(this.#longestGap, end - this.#last),
    };
  }
}

interface StreamRun {
  readonly stream: BenchStream;
  readonly place: number;
  readonly inFlight: number;
  readonly images: BenchFrames['images'];
  readonly confidence: number;
}

async function runStream(run: StreamRun, window: Window): Promise<StreamWatch> {
  const { stream, place, inFlight, images, confidence } = run;
  const tracker = new FairmotTracker({ confidence });
  const watch = new StreamWatch(window);
  const queue: Submitted[] = [];
  const finishOldest = async () => {
    const { started, answer } = queue.shift() as Submitted;
    const detections: Detections = await answer;
    tracksForOutput(tracker.update(firstClass(detections)));
    watch.add(started, performance.now());
  };
  try {
    // Streams begin at different frames, as cameras would.
    for (let index = place * 3; window.open; index++) {
      const image = images[swinging(images.length, index)];
      if (!image) break;
      queue.push(await stream.submit(image));
      if (queue.length >= inFlight) await finishOldest();
    }
    while (queue.length > 0) await finishOldest();
  } finally {
    await Promise.allSettled(queue.map(({ answer }) => answer));
  }
  return watch;
}
