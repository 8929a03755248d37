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
  return { streams, inFlight: detectors[0]?.inFlight ?? 1, close };
}

/** One detector for each stream over one engine. Frames lie in pinned memory already: a slot is filled once and used again. */
export async function streamsOnGpu(engine: Engine, count: number, options: StreamsOptions): Promise<BenchStreams> {
  const { confidence, topK } = options;
  const slots = 3;
  const detectors: FairmotDetector[] = [];
  const close = async () => void (await Promise.all(detectors.map((detector) => detector.close())));
  try {
    for (let stream = 0; stream < count; stream++) {
      const settings = { engine, device: engine.device, confidence, topK: Math.min(topK, 1000), slots, timings: true };
      detectors.push(await FairmotDetector.create(settings));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const filled = new WeakSet<ArrayBufferLike>();
  const streams = detectors.map((detector) => ({
    submit: async (image: RgbImage) => {
      const slot = await detector.acquire(image);
      if (!filled.has(slot.data.buffer)) slot.data.set(image.data);
      filled.add(slot.data.buffer);
      return { started: performance.now(), answer: slot.detect() };
    },
    stages: () => ({ ...detector.stats.stages }),
  }));
  return { streams, inFlight: slots, close };
}
