import type { Frame as AvFrame, SoftwareScaleContext } from 'node-av/lib';
import type { Address } from './address.js';
import { checkAv, nodeAv } from './node-av.js';
import { NodeAvDecoder } from './node-av-decoder.js';
import { NodeAvRotation } from './node-av-rotation.js';
import type { Picture, PictureReader } from './picture-reader.js';
import type { SourceKind, SourceOptions } from './types.js';

export interface VideoReaderOptions extends Omit<SourceOptions, 'live'> {
  readonly kind: SourceKind;
  /** 'unless-sized': live if what it reads declares no length. */
  readonly live: boolean | 'unless-sized';
  /** What the user called the source. */
  readonly name: string;
}

/** Decodes with the FFmpeg inside node-av; every call runs on its thread pool. */
export class NodeAvReader implements PictureReader {
  readonly backend = 'node-av';
  readonly kind: SourceKind;
  readonly live: boolean;
  readonly frameRate: number;
  readonly total: number | null;
  readonly width: number;
  readonly height: number;
  readonly #name: string;
  readonly #decoder: NodeAvDecoder;
  readonly #scaler: SoftwareScaleContext;
  readonly #rotation: NodeAvRotation | null;
  readonly #targets = new WeakMap<Buffer, AvFrame>();
  #resized = 0;
  #pending: boolean;

  private constructor(
    decoder: NodeAvDecoder,
    rotation: NodeAvRotation | null,
    options: VideoReaderOptions,
    live: boolean,
    size: { width: number; height: number },
  ) {
    this.#decoder = decoder;
    this.#rotation = rotation;
    this.#name = options.name;
    this.kind = options.kind;
    this.live = live;
    this.frameRate = decoder.frameRate;
    this.total = live ? null : (decoder.total?.count ?? null);
    this.width = size.width;
    this.height = size.height;
    this.#pending = decoder.index > 0;
    this.#scaler = new decoder.av.SoftwareScaleContext();
    this.#scaler.allocContext();
    this.#scaler.setOption('sws_flags', 'bicubic');
  }

  static async open(address: Address, options: VideoReaderOptions): Promise<PictureReader> {
    const av = await nodeAv();
    const decoder = await NodeAvDecoder.open(av, address, { ...options, threads: options.threads ?? 1 });
    const interrupt = () => decoder.interrupt();
    options.signal?.addEventListener('abort', interrupt, { once: true });
    try {
      const live = options.live === 'unless-sized' ? !(await decoder.isSized()) : options.live;
      let rotation: NodeAvRotation | null = null;
      let size = { width: 0, height: 0 };
      if (await decoder.begin()) {
        rotation = await NodeAvRotation.open(av, decoder.input.stream, decoder.picture);
        await rotation?.turn(decoder.picture);
        const { width, height } = rotation?.upright ?? decoder.picture;
        size = { width, height };
        if (!live && (options.start ?? 0) > 0) await decoder.seek(options.start ?? 0);
      }
      return new NodeAvReader(decoder, rotation, options, live, size);
    } catch (error) {
      await decoder.close();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', interrupt);
    }
  }

  get warnings(): string[] {
    const resized = `${this.#resized} frames of another size were scaled to ${this.width}x${this.height}`;
    return [...this.#decoder.warnings, ...(this.#resized > 0 ? [resized] : [])];
  }

  async next(): Promise<Picture | null> {
    const decoder = this.#decoder;
    if (!this.#pending && !(await decoder.next())) return null;
    this.#pending = false;
    return { index: decoder.index, time: decoder.time };
  }

  async convert(target: Buffer): Promise<boolean> {
    const { av, picture, index } = this.#decoder;
    await this.#rotation?.turn(picture);
    const upright = this.#rotation?.upright ?? picture;
    if (upright.width !== this.width || upright.height !== this.height) this.#resized++;
    const status = await this.#scaler.scaleFrame(this.#target(target), upright);
    checkAv(av, status, `Expected to convert frame ${index} of ${this.#name} to RGB`);
    return true;
  }

  interrupt(): void {
    this.#decoder.interrupt();
  }

  async close(): Promise<void> {
    this.#scaler.freeContext();
    this.#rotation?.close();
    await this.#decoder.close();
  }

  /** An FFmpeg frame over the memory of `target`: swscale writes into it without a copy. */
  #target(target: Buffer): AvFrame {
    const known = this.#targets.get(target);
    if (known) return known;
    const { av } = this.#decoder;
    const { width, height } = this;
    const frame = av.Frame.fromVideoBuffer(target, { width, height, format: av.constants.AV_PIX_FMT_RGB24 });
    frame.colorSpace = av.constants.AVCOL_SPC_RGB;
    frame.colorRange = av.constants.AVCOL_RANGE_JPEG;
    this.#targets.set(target, frame);
    return frame;
  }
}
