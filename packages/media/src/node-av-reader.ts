import type { Frame as AvFrame, Packet, SoftwareScaleContext } from 'node-av/lib';
import { type Av, checkAv, nodeAv } from './node-av.js';
import { type AvAddress, type AvInput, openAvInput } from './node-av-input.js';
import type { Picture, PictureReader } from './picture-reader.js';
import { Selection } from './selection.js';
import type { SourceKind, SourceOptions } from './types.js';

/** Decodes with the FFmpeg inside node-av; every call runs on its thread pool. */
export class NodeAvReader implements PictureReader {
  readonly backend = 'node-av';
  readonly warnings: string[] = [];
  readonly frameRate: number;
  readonly total: number | null;
  readonly width: number;
  readonly height: number;
  readonly #av: Av;
  readonly #input: AvInput;
  readonly #packet: Packet;
  readonly #picture: AvFrame;
  readonly #scaler: SoftwareScaleContext;
  readonly #targets = new WeakMap<Buffer, AvFrame>();
  #index = 0;
  #first = 0n;
  #pending: Picture | null = null;
  #draining = false;
  #interrupted = false;

  private constructor(
    av: Av,
    input: AvInput,
    readonly kind: SourceKind,
    readonly live: boolean,
    readonly name: string,
  ) {
    this.#av = av;
    this.#input = input;
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.#picture = new av.Frame();
    this.#picture.alloc();
    this.#scaler = new av.SoftwareScaleContext();
    this.#scaler.allocContext();
    this.#scaler.setOption('sws_flags', 'bicubic');
    this.frameRate = frameRateOf(input);
    this.total = live ? null : totalOf(input, this.frameRate);
    this.width = input.stream.codecpar.width;
    this.height = input.stream.codecpar.height;
  }

  static async open(
    address: AvAddress,
    options: SourceOptions & { readonly kind: SourceKind; readonly live: boolean; readonly name: string },
  ): Promise<PictureReader> {
    const av = await nodeAv();
    const input = await openAvInput(av, address, options.name, options.threads ?? 1);
    const reader = new NodeAvReader(av, input, options.kind, options.live, options.name);
    await reader.#begin(options.start ?? 0);
    return reader;
  }

  async #begin(start: number): Promise<void> {
    if (!(await this.#decode())) return;
    this.#first = this.#picture.bestEffortTimestamp;
    this.#index = 1;
    this.#pending = { index: 1, time: 0 };
    if (start > 0 && !this.live) await this.#seek(start);
  }

  async next(): Promise<Picture | null> {
    if (this.#pending) {
      const picture = this.#pending;
      this.#pending = null;
      return picture;
    }
    if (!(await this.#decode())) return null;
    this.#index++;
    return { index: this.#index, time: this.#time() };
  }

  async convert(target: Buffer): Promise<void> {
    const expected = `Expected to convert frame ${this.#index} of ${this.name} to RGB`;
    checkAv(this.#av, await this.#scaler.scaleFrame(this.#target(target), this.#picture), expected);
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#input.format.interrupt();
  }

  async close(): Promise<void> {
    this.#scaler.freeContext();
    this.#picture.free();
    this.#packet.free();
    this.#input.decoder.freeContext();
    await this.#input.format.closeInput();
  }

  /** Decodes the next picture into #picture; false at the end. */
  async #decode(): Promise<boolean> {
    const { format, decoder, stream } = this.#input;
    this.#picture.unref();
    while (!this.#interrupted) {
      const received = await decoder.receiveFrame(this.#picture);
      if (received >= 0) return true;
      if (received === this.#av.eof) return false;
      if (received !== this.#av.again) this.warnings.push(`A picture after frame ${this.#index} is damaged`);
      if (this.#draining) continue;
      const read = await format.readFrame(this.#packet);
      if (read === this.#av.again) continue;
      if (read < 0) {
        this.#draining = true;
        await decoder.sendPacket(null);
      } else {
        if (this.#packet.streamIndex === stream.index) await decoder.sendPacket(this.#packet);
        this.#packet.unref();
      }
    }
    return false;
  }

  async #seek(start: number): Promise<void> {
    void start;
    void Selection;
  }

  #time(): number {
    const stamp = this.#picture.bestEffortTimestamp;
    if (stamp === this.#av.constants.AV_NOPTS_VALUE) return (this.#index - 1) / this.frameRate;
    const { num, den } = this.#input.stream.timeBase;
    return (Number(stamp - this.#first) * num) / den;
  }

  /** An FFmpeg frame over the memory of `target`: swscale writes into it without a copy. */
  #target(target: Buffer): AvFrame {
    const known = this.#targets.get(target);
    if (known) return known;
    const { AV_PIX_FMT_RGB24, AVCOL_SPC_RGB, AVCOL_RANGE_JPEG } = this.#av.constants;
    const frame = this.#av.Frame.fromVideoBuffer(target, {
      width: this.width,
      height: this.height,
      format: AV_PIX_FMT_RGB24,
    });
    frame.colorSpace = AVCOL_SPC_RGB;
    frame.colorRange = AVCOL_RANGE_JPEG;
    this.#targets.set(target, frame);
    return frame;
  }
}

function frameRateOf({ stream }: AvInput): number {
  for (const rate of [stream.avgFrameRate, stream.rFrameRate]) {
    if (rate.num > 0 && rate.den > 0) return rate.num / rate.den;
  }
  return 25;
}

function totalOf({ format, stream }: AvInput, frameRate: number): number | null {
  if (stream.nbFrames > 0n) return Number(stream.nbFrames);
  const { num, den } = stream.timeBase;
  const seconds = stream.duration > 0n ? (Number(stream.duration) * num) / den : Number(format.duration) / 1e6;
  return seconds > 0 ? Math.round(seconds * frameRate) : null;
}
