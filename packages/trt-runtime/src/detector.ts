// FairMOT on a GPU: a frame in, detections in the frame's own pixels out.
import {
  type Detections,
  detectionsInImage,
  FairmotError,
  type Letterbox,
  letterboxFromSize,
  type Size,
} from '@trt-fairmot/fairmot-postprocess';
import { BatchCollector } from './batch-collector.js';
import { type DetectorSettings, type FairmotDetectorOptions, settingsFromOptions } from './detector-options.js';
import { DetectorStats, type FairmotDetectorStats } from './detector-stats.js';
import { type DetectorFrame, DetectorStream, type FrameSlot, type StreamHost } from './detector-stream.js';
import { Engine } from './engine.js';
import { layoutFromTensors } from './engine-layout.js';
import { closedError, FrameSlots, type Place } from './frame-slots.js';
import { frameBytes, geometryFromLetterbox, type PixelFormat } from './letterbox-plan.js';
import type { Handle, NativeDetections, NativeFrame } from './native-addon.js';
import { requireWhole } from './requirements.js';

/** A frame's size as the detector knows it. */
interface Geometry {
  readonly bytes: number;
  readonly letterbox: Letterbox;
  readonly handle: Handle;
}

const keptGeometries = 64;

/**
 * An engine with FairMOT's letterbox before it and its decoding behind it, all on the GPU: the frame goes up, the detections come
 * back. `detect` may be called again before it has answered; frames then share batches and slots, and more wait for their turn.
 *
 * @example
 * await using detector = await FairmotDetector.create({
 *   engine: 'fairmot.engine',
 *   plugins: ['libtrt_fairmot_plugins.so'],
 * });
 * const detections = await detector.detect({ width, height, data });
 * detections.boxes; // [count, 4] x1, y1, x2, y2 in the frame's pixels
 *
 * @example
 * // Eight cameras, one engine built with --max-batch 8
 * await using detector = await FairmotDetector.create({ engine, plugins, batch: 8 });
 * const cameras = sources.map(() => detector.stream());
 * const [first] = await Promise.all(cameras.map((camera, i) => camera.detect(frames[i])));
 */
export class FairmotDetector {
  readonly inputSize: { readonly width: number; readonly height: number };
  readonly engine: Engine;
  readonly inputFormat: PixelFormat;
  /** Frames the network takes at once at most. */
  readonly batch: number;
  readonly #ownsEngine: boolean;
  readonly #pipeline: Handle;
  readonly #places: FrameSlots;
  readonly #streams = new Set<object>();
  readonly #collector: BatchCollector<NativeFrame, NativeDetections> | undefined;
  readonly #onTimings: DetectorSettings['onTimings'];
  readonly #stats = new DetectorStats();
  readonly #geometries = new Map<string, Geometry>();
  readonly #host: StreamHost = {
    detect: (stream, frame) => this.#detect(stream, frame),
    acquire: (stream, size) => this.#acquire(stream, size),
    closeStream: (stream) => {
      this.#streams.delete(stream);
      this.#collector?.update();
    },
  };
  #closing: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    pipeline: Handle,
    inputSize: { readonly width: number; readonly height: number },
    settings: DetectorSettings,
    ownsEngine: boolean,
  ) {
    const { batch, slots, maxDelayMs, inputFormat, onTimings } = settings;
    this.engine = engine;
    this.#pipeline = pipeline;
    this.#ownsEngine = ownsEngine;
    this.inputSize = inputSize;
    this.inputFormat = inputFormat;
    this.batch = batch;
    this.#onTimings = onTimings;
    // One frame has its slot's place. Batches are filled while all slots run: that takes one batch of places more.
    this.#places = new FrameSlots(batch === 1 ? slots : (slots + 1) * batch, engine.device);
    if (batch === 1) return;
    const run = (slot: number, frames: readonly NativeFrame[]) => this.#runBatch(slot, frames);
    this.#collector = new BatchCollector({ batch, slots, maxDelayMs, openStreams: this.#streams, run });
  }

  /**
   * Loads the engine and reserves everything frames need but their own memory, which follows with the first frames.
   *
   * @throws FairmotError if the engine cannot be loaded, is not FairMOT's or not for such a batch, or the GPU has too little memory
   */
  static async create(options: FairmotDetectorOptions): Promise<FairmotDetector> {
    const settings = settingsFromOptions(options);
    const ownsEngine = !(options.engine instanceof Engine);
    const engine = options.engine instanceof Engine ? options.engine : await Engine.load(options.engine, options);
    try {
      const layout = layoutFromTensors(engine.tensors, options.inputSize, settings.profile, settings.batch);
      const { rows, ...tensors } = layout;
      const { confidence, topK, slots, batch, profile, graph, timings, spin } = settings;
      // Scores are float32, and so is what they are compared with, as on the CPU.
      const threshold = Math.fround(confidence);
      const common = { slots, batch, profile, graph, timings, spin, threshold, topK: rows ?? topK };
      requireWhole(common.topK, 1, 'topK', 1000);
      const pipeline = await engine.addon.pipelineCreate(engine.handle, { ...common, ...tensors });
      const { width, height } = layout;
      return new FairmotDetector(engine, pipeline, { width, height }, settings, ownsEngine);
    } catch (error) {
      if (ownsEngine) await engine.close();
      throw error;
    }
  }

  /** Counts and times since the detector was made. */
  get stats(): FairmotDetectorStats {
    return this.#stats.snapshot();
  }

  /**
   * Detections of one frame, best first, in its own pixels. The frame's bytes must stay as they are until the promise is fulfilled.
   *
   * @throws FairmotError if the data has not the length its size asks for, the network gave NaN, or the GPU failed
   */
  async detect(frame: DetectorFrame): Promise<Detections> {
    return this.#detect(this, frame);
  }

  /**
   * A slot whose pinned memory the caller fills, so that the frame is not copied on the host. Waits for a free slot.
   *
   * @example
   * const slot = await detector.acquire({ width: 1920, height: 1080 });
   * decoder.readInto(slot.data);
   * const detections = await slot.detect();
   */
  async acquire(size: Size): Promise<FrameSlot> {
    return this.#acquire(this, size);
  }

  /** A turn of its own for a camera or film, beside other streams; `detect` and `acquire` of the detector itself are one more. */
  stream(): DetectorStream {
    if (this.#closing) throw closedError();
    const stream = new DetectorStream(this.#host);
    this.#streams.add(stream);
    return stream;
  }

  /** Finishes the frames on their way, turns away those that wait, and frees everything, the engine too if it was loaded here. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#collector?.hurry();
    await this.#places.close();
    await this.engine.addon.closeHandle(this.#pipeline);
    if (this.#ownsEngine) await this.engine.close();
  }

  async #detect(stream: object, frame: DetectorFrame): Promise<Detections> {
    const geometry = this.#geometryOf(frame);
    if (frame.data.length !== geometry.bytes) {
      throw new FairmotError(
        `Expected ${geometry.bytes} bytes of ${this.inputFormat} for a frame of ${frame.width}x${frame.height} but received ${frame.data.length}`,
      );
    }
    return this.#places.runNext(stream, (place) => this.#run(stream, place, geometry, frame.data));
  }

  async #acquire(stream: object, size: Size): Promise<FrameSlot> {
    const geometry = this.#geometryOf(size);
    const place = await this.#places.take(stream);
    let used = false;
    const useOnce = () => {
      if (used)
        throw new FairmotError('Expected a slot in use but received one given back', { hint: 'acquire another' });
      used = true;
    };
    try {
      const staging = await this.#places.stagingOf(place, geometry.bytes);
      return {
        data: staging.bytes.subarray(0, geometry.bytes),
        detect: async () => {
          useOnce();
          return this.#places.run(place, () => this.#run(stream, place, geometry, null));
        },
        release: () => {
          useOnce();
          this.#places.give(place);
        },
      };
    } catch (error) {
      this.#places.give(place);
      throw error;
    }
  }

  async #run(stream: object, place: Place, geometry: Geometry, data: Uint8Array | null): Promise<Detections> {
    const started = performance.now();
    const staging = await this.#places.stagingOf(place, geometry.bytes);
    const frame = { geometry: geometry.handle, staging: staging.handle };
    let found: NativeDetections | undefined;
    if (this.#collector) {
      // Frames of a batch are copied beside each other, and before it is their turn.
      if (data) await this.engine.addon.pinnedBufferWrite(staging.handle, data);
      found = await this.#collector.add(stream, { ...frame, data: null });
    } else {
      [found] = await this.#runBatch(place.number, [{ ...frame, data }]);
    }
    const detections = detectionsFrom(found as NativeDetections);
    this.#stats.addFrame((found as NativeDetections).candidates, performance.now() - started);
    return detectionsInImage(detections, geometry.letterbox);
  }

  async #runBatch(slot: number, batch: readonly NativeFrame[]): Promise<readonly NativeDetections[]> {
    const result = await this.engine.addon.pipelineRun(this.#pipeline, slot, batch);
    this.#stats.addBatch(result);
    if (result.times) {
      const { start, ...stages } = result.times;
      this.#onTimings({ slot, frames: batch.length, startMs: start, stages });
    }
    return result.frames;
  }

  /** Films have one size, so those met last are kept. */
  #geometryOf({ width, height }: Size): Geometry {
    if (this.#closing) throw closedError();
    const key = `${width}x${height}`;
    const known = this.#geometries.get(key);
    if (known) return known;
    const bytes = frameBytes(this.inputFormat, { width, height });
    const letterbox = letterboxFromSize({ width, height }, this.inputSize);
    const handle = this.engine.addon.geometryCreate(geometryFromLetterbox(letterbox, this.inputFormat));
    const geometry = { bytes, letterbox, handle };
    if (this.#geometries.size >= keptGeometries) {
      this.#geometries.delete(this.#geometries.keys().next().value as string);
    }
    this.#geometries.set(key, geometry);
    return geometry;
  }
}

function detectionsFrom(result: NativeDetections): Detections {
  if (result.nan !== null) {
    throw new FairmotError(`Expected numbers in ${result.nan} but received NaN`, {
      hint: 'check the checkpoint, or build the engine with --precision fp32',
    });
  }
  const { count, boxes, scores, classes, embeddings, embeddingSize } = result;
  return { count, boxes, scores, classes, embeddings, embeddingSize };
}
