// FairMOT on the CPU: an image in, detections in the image's own pixels out.
import {
  type Detections,
  detectionsAbove,
  detectionsFromHeads,
  detectionsFromOutputs,
  detectionsInImage,
  FairmotError,
  type Letterbox,
  letterboxFromSize,
  type RgbImage,
  tensorFromImage,
} from '@trt-fairmot/fairmot-postprocess';
import { CpuNetwork, type CpuNetworkOptions, type CpuTensor } from './network.js';

/** What `CpuDetector.create` takes. */
export interface CpuDetectorOptions extends CpuNetworkOptions {
  /** Detections must score strictly above this, 0 to 1. Default 0.4, FairMOT's `conf_thres`. */
  readonly confidence?: number;
  /** At most so many detections an image, for models that give heat maps. Default 500, FairMOT's `K`. */
  readonly topK?: number;
  /** Input size for a model that leaves it open; multiples of 32. */
  readonly inputSize?: { readonly width: number; readonly height: number };
}

/** Milliseconds spent so far, by stage; the network's share is wall time inside ONNX Runtime. */
export interface CpuDetectorStats {
  readonly images: number;
  readonly letterboxMs: number;
  readonly networkMs: number;
  readonly decodeMs: number;
}

/**
 * FairMOT's network with its letterbox and decoding. `detect` may be called again before it has answered: the next image is
 * letterboxed on the calling thread while the network works on the one before in its own. Answers come in order.
 *
 * @example
 * const detector = await CpuDetector.create('fairmot.onnx', { confidence: 0.3 });
 * const detections = await detector.detect({ width, height, data });
 * detections.boxes; // [count, 4] x1, y1, x2, y2 in the image's pixels
 * await detector.close();
 */
export class CpuDetector {
  readonly inputSize: { readonly width: number; readonly height: number };
  readonly #network: CpuNetwork;
  readonly #options: Required<Pick<CpuDetectorOptions, 'confidence' | 'topK'>>;
  readonly #freeInputs: Float32Array[] = [];
  readonly #open = new Set<Promise<unknown>>();
  #stats = { images: 0, letterboxMs: 0, networkMs: 0, decodeMs: 0 };
  #closed = false;

  private constructor(network: CpuNetwork, options: CpuDetectorOptions) {
    this.#network = network;
    this.inputSize = inputSizeOf(network, options);
    this.#options = { confidence: options.confidence ?? 0.4, topK: options.topK ?? 500 };
  }

  /**
   * @param model path of an ONNX file written by onnx-export with `--outputs heads` or `detections`, or its bytes
   * @throws FairmotError if it is no such model
   */
  static async create(model: string | Uint8Array, options: CpuDetectorOptions = {}): Promise<CpuDetector> {
    const network = await CpuNetwork.load(model, options);
    try {
      requireOutputs(network);
      return new CpuDetector(network, options);
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  get stats(): CpuDetectorStats {
    return { ...this.#stats };
  }

  /** Detections of one image, best first, in its own pixels; the image may be reused as soon as this call returned its promise. */
  detect(image: RgbImage): Promise<Detections> {
    if (this.#closed)
      throw new FairmotError('Expected an open detector but received a closed one', { hint: 'create it again' });
    const started = performance.now();
    const letterbox = letterboxFromSize(image, this.inputSize);
    const input = tensorFromImage(image, letterbox, this.#freeInputs.pop());
    this.#stats.letterboxMs += performance.now() - started;
    const answer = this.#run(input, letterbox);
    this.#open.add(answer);
    const forget = () => this.#open.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  /** Waits for the images under way, then frees the network. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#open);
    await this.#network.close();
  }

  async #run(input: Float32Array, letterbox: Letterbox): Promise<Detections> {
    const { width, height } = this.inputSize;
    const answer = await this.#network.runTaking(input, [1, 3, height, width]);
    this.#freeInputs.push(answer.input);
    const received = performance.now();
    const found = detectionsAbove(this.#detectionsFrom(answer.outputs), this.#options.confidence);
    const detections = detectionsInImage(found, letterbox);
    this.#stats.images += 1;
    this.#stats.networkMs += answer.milliseconds;
    this.#stats.decodeMs += performance.now() - received;
    return detections;
  }

  #detectionsFrom(outputs: Record<string, CpuTensor>): Detections {
    if ('boxes' in outputs) {
      return detectionsFromOutputs({
        boxes: float32(outputs, 'boxes'),
        scores: float32(outputs, 'scores'),
        classes: outputs.classes?.data as BigInt64Array,
        embeddings: float32(outputs, 'embeddings'),
      });
    }
    const { topK } = this.#options;
    const [, , height = 0, width = 0] = outputs.hm?.dims ?? [];
    const head = (name: string) => ({ data: float32(outputs, name), channels: outputs[name]?.dims[1] ?? 0 });
    return detectionsFromHeads(
      { hm: head('hm'), wh: head('wh'), reg: head('reg'), id: head('id_feature'), height, width },
      { topK },
    );
  }
}

function float32(outputs: Record<string, CpuTensor>, name: string): Float32Array {
  return outputs[name]?.data as Float32Array;
}

function requireOutputs(network: CpuNetwork): void {
  const names = network.outputNames;
  const has = (...wanted: string[]) => wanted.every((name) => names.includes(name));
  if (has('boxes', 'scores', 'classes', 'embeddings') || has('hm', 'wh', 'reg', 'id_feature')) return;
  const received = `Expected outputs hm, wh, reg, id_feature or boxes, scores, classes, embeddings but received ${names.join(', ')}`;
  const lacksIdentity = has('hm', 'wh') || has('boxes', 'scores', 'classes');
  throw new FairmotError(received, {
    hint: lacksIdentity
      ? 'this network detects but has no id head: tracking needs a FairMOT checkpoint'
      : 'write a model with: fairmot export CHECKPOINT.pth -o model.onnx',
  });
}

function inputSizeOf(network: CpuNetwork, options: CpuDetectorOptions): { width: number; height: number } {
  const { width, height } = network.input;
  const wanted = options.inputSize;
  if (width !== null && height !== null) {
    if (wanted && (wanted.width !== width || wanted.height !== height)) {
      throw new FairmotError(
        `Expected the model's own input size ${height}x${width} but received ${wanted.height}x${wanted.width}`,
        {
          hint: 'leave --height and --width out, or export the model again at the size you want',
        },
      );
    }
    return { width, height };
  }
  if (!wanted) {
    throw new FairmotError('Expected an input size for a model that leaves it open but received none', {
      hint: 'give --height and --width',
    });
  }
  return { width: wanted.width, height: wanted.height };
}
