// FairMOT on a GPU: a frame in, detections in the frame's own pixels out.
import {
  type Detections,
  detectionsInImage,
  FairmotError,
  type Letterbox,
  letterboxFromSize,
  type Size,
} from '@trt-fairmot/fairmot-postprocess';
import { DetectorStats, type FairmotDetectorStats } from './detector-stats.js';
import { Engine, type EngineOptions } from './engine.js';
import { type EngineLayout, layoutFromTensors } from './engine-layout.js';
import { closedError, FrameSlots, type Place } from './frame-slots.js';
import { frameBytes, geometryFromLetterbox, type PixelFormat } from './letterbox-plan.js';
import type { Handle, NativeFrameResult, NativeGeometry } from './native-addon.js';
import { requireWhole } from './requirements.js';

/** What `FairmotDetector.create` takes. */
export interface FairmotDetectorOptions extends EngineOptions {
  /** Path of an engine, its bytes, or an engine already loaded, which is then not closed with the detector. */
  readonly engine: string | Uint8Array | Engine;
  /** Frames on their way at the same time, 1 to 16. Default 2: one on the GPU while the next is being copied. */
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
  /** Replays each frame's work as one CUDA graph. Default true; where recording fails, work is submitted step by step. */
  readonly graph?: boolean;
  /** Measures the stages on the GPU for `stats`. Default false: it costs some microseconds a frame. */
  readonly timings?: boolean;
  /** Waits for the GPU by spinning, which answers sooner and takes a CPU core. Default false. */
  readonly spin?: boolean;
}

/** A frame in the detector's `inputFormat`, tightly packed. */
export interface DetectorFrame extends Size {
  readonly data: Uint8Array;
}

/** Pinned memory to write a frame into, and then to detect in. */
export interface FrameSlot {
  /** The frame's bytes; valid until `detect` or `release` is called, of length 0 once the detector is closed. */
  readonly data: Uint8Array;
  /** As `FairmotDetector.detect`, without a copy. Ends the use of this slot. */
  detect(): Promise<Detections>;
  /** Gives the slot back unused. */
  release(): void;
}

/**
 * An engine with FairMOT's letterbox before it and its decoding behind it, all on the GPU: the frame goes up, the detections come
 * back. `detect` may be called again before it has answered; as many frames as there are slots are then on their way, and more
 * wait for their turn.
 *
 * @example
 * await using detector = await FairmotDetector.create({
 *   engine: 'fairmot.engine',
 *   plugins: ['libtrt_fairmot_plugins.so'],
 * });
 * const detections = await detector.detect({ width, height, data });
 * detections.boxes; // [count, 4] x1, y1, x2, y2 in the frame's pixels
 */
export class FairmotDetector {
  readonly inputSize: { readonly width: number; readonly height: number };
  readonly engine: Engine;
  readonly inputFormat: PixelFormat;
  readonly #ownsEngine: boolean;
  readonly #pipeline: Handle;
  readonly #slots: FrameSlots;
  readonly #stats = new DetectorStats();
  readonly #geometries = new Map<string, { letterbox: Letterbox; native: NativeGeometry }>();
  #closing: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    pipeline: Handle,
    layout: EngineLayout,
    options: Required<Settings>,
    ownsEngine: boolean,
  ) {
    this.engine = engine;
    this.#pipeline = pipeline;
    this.#ownsEngine = ownsEngine;
    this.inputSize = { width: layout.width, height: layout.height };
    this.inputFormat = options.inputFormat;
    this.#slots = new FrameSlots(options.slots, engine.device);
  }

  /**
   * Loads the engine and reserves everything frames need but their own memory, which follows with the first frame.
   *
   * @throws FairmotError if the engine cannot be loaded, is not FairMOT's, or the GPU has too little memory
   */
  static async create(options: FairmotDetectorOptions): Promise<FairmotDetector> {
    const settings = settingsFrom(options);
    const ownsEngine = !(options.engine instanceof Engine);
    const engine = options.engine instanceof Engine ? options.engine : await Engine.load(options.engine, options);
    try {
      const layout = layoutFromTensors(engine.tensors, options.inputSize, settings.profile);
      const { rows, ...tensors } = layout;
      const { confidence, inputFormat: _, topK, ...rest } = settings;
      const native = { ...rest, ...tensors, threshold: confidence, topK: rows ?? topK };
      requireWhole(native.topK, 1, 'topK', 1000);
      const pipeline = await engine.addon.pipelineCreate(engine.handle, native);
      return new FairmotDetector(engine, pipeline, layout, settings, ownsEngine);
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
    const bytes = frameBytes(this.inputFormat, frame);
    const { letterbox, native } = this.#geometryOf(frame);
    if (frame.data.length !== bytes) {
      throw new FairmotError(
        `Expected ${bytes} bytes of ${this.inputFormat} for a frame of ${frame.width}x${frame.height} but received ${frame.data.length}`,
      );
    }
    return this.#slots.runNext((place) => this.#run(place, letterbox, native, bytes, frame.data));
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
    const bytes = frameBytes(this.inputFormat, size);
    const { letterbox, native } = this.#geometryOf(size);
    const place = await this.#slots.take();
    let used = false;
    const useOnce = () => {
      if (used)
        throw new FairmotError('Expected a slot in use but received one given back', { hint: 'acquire another' });
      used = true;
    };
    try {
      const staging = await this.#slots.stagingOf(place, bytes);
      return {
        data: staging.bytes.subarray(0, bytes),
        detect: async () => {
          useOnce();
          return this.#slots.run(place, () => this.#run(place, letterbox, native, bytes, null));
        },
        release: () => {
          useOnce();
          this.#slots.give(place);
        },
      };
    } catch (error) {
      this.#slots.give(place);
      throw error;
    }
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
    await this.#slots.close();
    await this.engine.addon.closeHandle(this.#pipeline);
    if (this.#ownsEngine) await this.engine.close();
  }

  async #run(
    place: Place,
    letterbox: Letterbox,
    geometry: NativeGeometry,
    bytes: number,
    data: Uint8Array | null,
  ): Promise<Detections> {
    const started = performance.now();
    const staging = await this.#slots.stagingOf(place, bytes);
    const result = await this.engine.addon.pipelineRun(this.#pipeline, place.number, geometry, staging.handle, data);
    this.#stats.add(result, performance.now() - started);
    return detectionsInImage(detectionsFrom(result), letterbox);
  }

  /** Films have one size, so a few geometries are kept. */
  #geometryOf({ width, height }: Size): { letterbox: Letterbox; native: NativeGeometry } {
    if (this.#closing) throw closedError();
    const key = `${width}x${height}`;
    const known = this.#geometries.get(key);
    if (known) return known;
    const letterbox = letterboxFromSize({ width, height }, this.inputSize);
    const geometry = { letterbox, native: geometryFromLetterbox(letterbox, this.inputFormat) };
    if (this.#geometries.size >= 8) this.#geometries.delete(this.#geometries.keys().next().value as string);
    this.#geometries.set(key, geometry);
    return geometry;
  }
}

type Settings = Pick<
  FairmotDetectorOptions,
  'slots' | 'confidence' | 'topK' | 'inputFormat' | 'profile' | 'graph' | 'timings' | 'spin'
>;

function settingsFrom(options: FairmotDetectorOptions): Required<Settings> {
  const { slots = 2, confidence = 0.4, topK = 500, inputFormat = 'rgb', profile = 0 } = options;
  const { graph = true, timings = false, spin = false } = options;
  requireWhole(slots, 1, 'slots', 16);
  requireWhole(topK, 1, 'topK', 1000);
  requireWhole(profile, 0, 'profile');
  frameBytes(inputFormat, { width: 1, height: 1 });
  if (!(confidence >= 0 && confidence <= 1)) {
    throw new FairmotError(`Expected confidence from 0 to 1 but received ${confidence}`);
  }
  return { slots, confidence, topK, inputFormat, profile, graph, timings, spin };
}

function detectionsFrom(result: NativeFrameResult): Detections {
  if (result.nan !== null) {
    throw new FairmotError(`Expected numbers in ${result.nan} but received NaN`, {
      hint: 'check the checkpoint, or build the engine with --precision fp32',
    });
  }
  const { count, boxes, scores, classes, embeddings, embeddingSize } = result;
  return { count, boxes, scores, classes, embeddings, embeddingSize };
}
