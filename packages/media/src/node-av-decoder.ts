import type { Frame as AvFrame, Packet } from 'node-av/lib';
import type { Address } from './address.js';
import { isPlaylist } from './ffprobe.js';
import type { Av } from './node-av.js';
import { type AvInput, type AvInputOptions, openAvInput } from './node-av-input.js';
import { Selection } from './selection.js';

const mostErrorsInARow = 500;

/** Pictures of one video stream in presentation order, with their number and time. */
export class NodeAvDecoder {
  /** The current picture, in the decoder's own pixel format. */
  readonly picture: AvFrame;
  readonly frameRate: number;
  /** Pictures in the stream; `exact` where the container counts them. */
  readonly total: { readonly count: number; readonly exact: boolean } | null;
  index = 0;
  readonly #packet: Packet;
  #first = 0n;
  #draining = false;
  #interrupted = false;
  #damaged = { count: 0, after: 0 };
  #readError = '';

  private constructor(
    readonly av: Av,
    public input: AvInput,
    readonly reopen: () => Promise<AvInput>,
  ) {
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.picture = new av.Frame();
    this.picture.alloc();
    this.frameRate = frameRateOf(input);
    this.total = totalOf(input, this.frameRate);
  }

  static async open(av: Av, address: Address, options: AvInputOptions): Promise<NodeAvDecoder> {
    const open = () => openAvInput(av, address, options);
    return new NodeAvDecoder(av, await open(), open);
  }

  /** Decodes the first picture; false where there is none. */
  async begin(): Promise<boolean> {
    if (!(await this.#decode())) return false;
    this.#first = this.picture.bestEffortTimestamp;
    this.index = 1;
    return true;
  }

  /** Decodes the next picture; false at the end. */
  async next(): Promise<boolean> {
    if (!(await this.#decode())) return false;
    this.index++;
    if (this.#damaged.count > 0) this.index = Math.max(this.index, this.#indexFromTime());
    return true;
  }

  /** Whether the source declares its length, in pictures, seconds or bytes: a file, not a stream. */
  async isSized(): Promise<boolean> {
    const { format } = this.input;
    if (this.total) return true;
    return !isPlaylist(format.iformat?.name) && Number((await format.pb?.size()) ?? -1) > 0;
  }

  /** Seconds from the first picture to the current one. */
  get time(): number {
    const stamp = this.picture.bestEffortTimestamp;
    if (!this.#hasTimes() || stamp === this.av.constants.AV_NOPTS_VALUE) return (this.index - 1) / this.frameRate;
    const { num, den } = this.input.stream.timeBase;
    return (Number(stamp - this.#first) * num) / den;
  }

  /**
   * After `begin()`: makes a picture at or before `start` seconds current, with its true number. Without times in the stream it
   * stays at the first, and all pictures are decoded.
   */
  async seek(start: number): Promise<void> {
    if (!this.#hasTimes()) return;
    for (const lead of [0, 10]) {
      if (start - lead <= 0) break;
      if (await this.#jump(start - lead, start)) return;
    }
    await this.#rewind();
  }

  async #jump(to: number, start: number): Promise<boolean> {
    const { format, stream, decoder } = this.input;
    const { num, den } = stream.timeBase;
    const stamp = this.#first + BigInt(Math.round((to * den) / num));
    if ((await format.seekFrame(stream.index, stamp, this.av.constants.AVSEEK_FLAG_BACKWARD)) < 0) return false;
    decoder.flushBuffers();
    this.#draining = false;
    if (!(await this.#decode())) return false;
    if (this.time < 0 || this.time > start + Selection.tolerance(this.frameRate)) return false;
    this.index = this.#indexFromTime() || 1 + (await this.#countBefore(this.picture.bestEffortTimestamp));
    return true;
  }

  /** The number of the picture at a constant frame rate, true also after missing pictures; 0 where times do not tell. */
  #indexFromTime(): number {
    const certain = this.#hasTimes() && this.total?.exact && this.#constantRate();
    return certain ? Math.round(this.time * this.frameRate) + 1 : 0;
  }

  /** Counts the pictures shown before `stamp` without decoding them. */
  async #countBefore(stamp: bigint): Promise<number> {
    const input = await this.reopen();
    let count = 0;
    while (!this.#interrupted && (await input.format.readFrame(this.#packet)) >= 0) {
      const { streamIndex, pts, dts } = this.#packet;
      this.#packet.unref();
      if (streamIndex !== input.stream.index) continue;
      if (pts >= this.#first && pts < stamp) count++;
      if (dts >= stamp) break;
    }
    await closeInput(input);
    return count;
  }

  async #rewind(): Promise<void> {
    this.picture.unref();
    await closeInput(this.input);
    this.input = await this.reopen();
    this.#draining = false;
    await this.begin();
  }

  /** What was wrong so far. */
  get warnings(): string[] {
    const found: string[] = [];
    if (this.#damaged.count > 0) {
      found.push(
        `${this.#damaged.count} damaged piece${this.#damaged.count > 1 ? 's' : ''} of video, the first after frame ${this.#damaged.after}`,
      );
    }
    if (this.#readError) found.push(`Reading broke off after frame ${this.index}: ${this.#readError}`);
    else if (this.#draining && this.#missing() > 0) {
      found.push(`The source ends after frame ${this.index} although it declares ${this.total?.count}`);
    }
    return found;
  }

  interrupt(): void {
    this.#interrupted = true;
    this.input.format.interrupt();
  }

  async close(): Promise<void> {
    this.picture.free();
    this.#packet.free();
    await closeInput(this.input);
  }

  /** Declared pictures that did not come; where the count is only an estimate, only a lack of more than a second counts. */
  #missing(): number {
    if (!this.total) return 0;
    const missing = this.total.count - this.index;
    return this.total.exact ? missing : missing - Math.ceil(this.frameRate);
  }

  #hasTimes(): boolean {
    return this.#first !== this.av.constants.AV_NOPTS_VALUE;
  }

  #constantRate(): boolean {
    const { avgFrameRate, rFrameRate } = this.input.stream;
    const rate = rFrameRate.num / rFrameRate.den;
    return avgFrameRate.den > 0 && Math.abs(avgFrameRate.num / avgFrameRate.den - rate) < rate * 1e-4;
  }

  async #decode(): Promise<boolean> {
    this.picture.unref();
    let errors = 0;
    while (!this.#interrupted) {
      const received = await this.input.decoder.receiveFrame(this.picture);
      if (received >= 0) return true;
      if (received === this.av.eof) return false;
      if (received !== this.av.again) {
        this.#countDamage();
        if (++errors > mostErrorsInARow) return false;
      }
      if (!this.#draining) await this.#feed();
    }
    return false;
  }

  /** Hands the decoder one packet, or the end. */
  async #feed(): Promise<void> {
    const { format, decoder, stream } = this.input;
    const read = await format.readFrame(this.#packet);
    if (read === this.av.again || this.#interrupted) return;
    if (read < 0) {
      this.#draining = true;
      if (read !== this.av.eof) this.#readError = this.av.FFmpegError.strerror(read);
      await decoder.sendPacket(null);
      return;
    }
    if (this.#packet.streamIndex === stream.index && (await decoder.sendPacket(this.#packet)) < 0) this.#countDamage();
    this.#packet.unref();
  }

  #countDamage(): void {
    if (this.#damaged.count++ === 0) this.#damaged.after = this.index;
  }
}

async function closeInput({ format, decoder }: AvInput): Promise<void> {
  decoder.freeContext();
  await format.closeInput();
}

function frameRateOf({ stream }: AvInput): number {
  for (const rate of [stream.avgFrameRate, stream.rFrameRate]) {
    if (rate.num > 0 && rate.den > 0) return rate.num / rate.den;
  }
  return 25;
}

function totalOf({ format, stream }: AvInput, frameRate: number): NodeAvDecoder['total'] {
  if (stream.nbFrames > 0n) return { count: Number(stream.nbFrames), exact: true };
  const { num, den } = stream.timeBase;
  const alone = format.nbStreams === 1 ? Number(format.duration) / 1e6 : 0;
  const seconds = stream.duration > 0n ? (Number(stream.duration) * num) / den : alone;
  return seconds > 0 ? { count: Math.round(seconds * frameRate), exact: false } : null;
}
