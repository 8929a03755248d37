// Detectors as the benchmark drives them: one for each stream, on the CPU or on a GPU.
import { availableParallelism } from 'node:os';
import type { Detections, RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { type Engine, FairmotDetector } from '@trt-fairmot/trt-runtime';
import type { ChosenModel } from '../pipeline/chosen-model.js';
import { openDetector } from '../pipeline/open-detector.js';

/** A frame on its way. */
export interface Submitted {
  /** When it was handed over: in the memory that the detector reads, `performance.now()`. */
  readonly started: number;
  readonly answer: Promise<Detections>;
}

export interface BenchStream {
  /** Hands a frame over; waits for a place first. */
  submit(image: RgbImage): Promise<Submitted>;
  /** Mean milliseconds a frame by stage, of all frames so far. */
  stages(): Readonly<Record<string, number>>;
}

export interface BenchStreams {
  readonly streams: readonly BenchStream[];
  /** Frames of a stream on their way that keep its detector busy. */
  readonly inFlight: number;
  /** Frames of all streams that the network takes at once at most. */
  readonly batch: number;
  close(): Promise<void>;
}

export interface StreamsOptions {
  readonly confidence: number;
  readonly topK: number;
}

/** One network for each stream; they share the cores. */
export async function streamsOnCpu(
  model: ChosenModel,
  count: number,
  threads: number,
  options: StreamsOptions,
): Promise<BenchStreams> {
  const share = count === 1 ? threads : Math.max(1, Math.floor((threads || availableParallelism()) / count));
  const request = { model, device: 'cpu', threads: share, precision: 'fp32' as const, ...options };
  const detectors: Awaited<ReturnType<typeof openDetector>>[] = [];
  const close = async () => void (await Promise.all(detectors.map((detector) => detector.close())));
  try {
    for (let stream = 0; stream < count; stream++) detectors.push(await openDetector(request));
  } catch (error) {
    await close();
    throw error;
  }
  const streams = detectors.map((detector) => ({
    submit: async (image: RgbImage) => ({ started: performance.now(), answer: detector.detect(image) }),
    stages: () => detector.stages(),
  }));
  return { streams, inFlight: detectors[0]?.inFlight ?? 1, batch: 1, close };
}

/** Images a run that an engine takes at most. */
export function largestBatch(engine: Pick<Engine, 'tensors'>): number {
  const input = engine.tensors.find(({ mode }) => mode === 'input');
  const own = input?.shape[0] ?? 1;
  return own === -1 ? (input?.profiles[0]?.max[0] ?? 1) : own;
}

type Source = Pick<FairmotDetector, 'acquire'>;

/** Hands frames over in pinned memory where they lie already: a place is filled once and used again. */
function pinnedStream(source: Source, detector: FairmotDetector, filled: WeakSet<ArrayBufferLike>): BenchStream {
  return {
    submit: async (image: RgbImage) => {
      const slot = await source.acquire(image);
      if (!filled.has(slot.data.buffer)) slot.data.set(image.data);
      filled.add(slot.data.buffer);
      return { started: performance.now(), answer: slot.detect() };
    },
    stages: () => ({ ...detector.stats.stages }),
  };
}

/** Streams over one engine: in batches of one detector where the engine takes several images, else a detector for each. */
export async function streamsOnGpu(engine: Engine, count: number, options: StreamsOptions): Promise<BenchStreams> {
  const batch = count === 1 ? 1 : Math.min(count, largestBatch(engine), 64);
  const { confidence, topK } = options;
  const common = { engine, device: engine.device, confidence, topK: Math.min(topK, 1000), timings: true };
  const filled = new WeakSet<ArrayBufferLike>();
  if (batch > 1) {
    const detector = await FairmotDetector.create({ ...common, batch });
    const sources = Array.from({ length: count }, () => detector.stream());
    const streams = sources.map((source) => pinnedStream(source, detector, filled));
    // Two of each: one batch is collected while another runs.
    return { streams, inFlight: 2, batch, close: () => detector.close() };
  }
  const slots = 3;
  const detectors: FairmotDetector[] = [];
  const close = async () => void (await Promise.all(detectors.map((detector) => detector.close())));
  try {
    for (let stream = 0; stream < count; stream++) detectors.push(await FairmotDetector.create({ ...common, slots }));
  } catch (error) {
    await close();
    throw error;
  }
  const streams = detectors.map((detector) => pinnedStream(detector, detector, filled));
  return { streams, inFlight: slots, batch: 1, close };
}
