import type { Readable } from 'node:stream';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { Address } from './address.js';
import { ByteReader } from './byte-reader.js';
import { hintForUnreadable, inputArguments, pictureTimes, reasonIn, type VideoFacts, videoFacts } from './ffprobe.js';
import type { VideoReaderOptions } from './node-av-reader.js';
import type { Picture, PictureReader } from './picture-reader.js';
import { type Program, programVersion, startedFfmpeg } from './programs.js';
import { Selection } from './selection.js';

/** Decodes with the ffmpeg program: RGB frames through a pipe. It skips frames itself, before colour conversion. */
export class FfmpegReader implements PictureReader {
  readonly backend = 'ffmpeg';
  readonly selects = true;
  readonly kind: PictureReader['kind'];
  readonly live: boolean;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly total: number | null;
  readonly warnings: string[] = [];
  readonly #name: string;
  readonly #facts: VideoFacts;
  readonly #times: Float64Array | null;
  readonly #program: Program;
  readonly #bytes: ByteReader;
  readonly #stride: number;
  readonly #first: number;
  #given = 0;
  #interrupted = false;

  private constructor(
    facts: VideoFacts,
    times: Float64Array | null,
    first: number,
    program: Program,
    live: boolean,
    options: VideoReaderOptions,
  ) {
    this.#facts = facts;
    this.#times = times;
    this.#program = program;
    this.#name = options.name;
    this.#bytes = new ByteReader(program.child.stdout as Readable);
    this.#stride = options.stride ?? 1;
    this.kind = options.kind;
    this.live = live;
    this.width = facts.width;
    this.height = facts.height;
    this.frameRate = facts.frameRate;
    this.total = live ? null : (times?.length ?? facts.total?.count ?? null);
    this.#first = first;
  }

  static async open(address: Address, options: VideoReaderOptions): Promise<PictureReader> {
    const facts = await videoFacts(address, options.name, options.signal);
    const isEven = facts.constantRate && facts.total?.exact === true;
    const times = options.kind === 'video' && !isEven ? await pictureTimes(address, facts.stream) : null;
    const live = options.live === 'unless-sized' ? !facts.sized : options.live;
    const first = live ? 1 : firstIndex(options.start ?? 0, facts.frameRate, times);
    const passthrough = (await hasFpsMode()) ? '-fps_mode' : '-vsync';
    const args = [
      ...['-nostdin', '-threads', String(options.threads ?? 1)],
      ...(first > 1 && facts.seekable ? seekArguments(options.start ?? 0, facts) : []),
      ...inputArguments(address),
      ...['-map', `0:${facts.stream}`, '-an', '-sn', '-dn', passthrough, 'passthrough'],
      ...[
        '-vf',
        filters(facts.seekable ? 1 : first, options.stride ?? 1),
        '-f',
        'rawvideo',
        '-pix_fmt',
        'rgb24',
        'pipe:1',
      ],
    ];
    return new FfmpegReader(facts, times, first, startedFfmpeg(args, ['ignore', 'pipe', 'pipe']), live, options);
  }

  async next(): Promise<Picture | null> {
    if (!(await this.#bytes.more())) {
      await this.#end();
      return null;
    }
    const index = this.#first + this.#given++ * this.#stride;
    return { index, time: this.#times?.[index - 1] ?? (index - 1) / this.frameRate };
  }

  async convert(target: Buffer): Promise<boolean> {
    const size = this.width * this.height * 3;
    if ((await this.#bytes.read(size, target)) === size) return true;
    this.#given--;
    await this.#end();
    return false;
  }

  async #end(): Promise<void> {
    const code = await this.#program.ended;
    if (this.#interrupted) return;
    if (this.#given > 0 || code === 0) return this.#warn();
    const complaint = reasonIn(this.#program.complaints.at(-1) ?? `exit code ${code}`);
    throw new FairmotError(`Expected frames in ${this.#name} but received "${complaint}" from FFmpeg`, {
      hint: hintForUnreadable(this.#name),
    });
  }

  #warn(): void {
    const { complaints } = this.#program;
    if (complaints.length > 0) {
      const first = reasonIn(complaints[0] as string);
      this.warnings.push(
        `FFmpeg reported ${complaints.length} problem${complaints.length > 1 ? 's' : ''}, the first: ${first}`,
      );
    }
    if (this.#missing() > 0) {
      this.warnings.push(
        `The source ends after frame ${this.#lastIndex()} although it declares ${this.#facts.total?.count}`,
      );
    }
  }

  #lastIndex(): number {
    return this.#first + (this.#given - 1) * this.#stride;
  }

  /** Declared pictures that did not come; an estimated count may be wrong by a second. */
  #missing(): number {
    const { total } = this.#facts;
    if (!total || this.live || this.#given === 0) return 0;
    const unseen = total.count - this.#lastIndex() - (this.#stride - 1);
    return total.exact ? unseen : unseen - Math.ceil(this.frameRate);
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#program.child.kill('SIGKILL');
  }

  async close(): Promise<void> {
    this.interrupt();
    this.#program.child.stdout?.destroy();
    await this.#program.ended;
  }
}

/** Seeking decodes from the key picture before and drops what lies before the time. */
function seekArguments(start: number, facts: VideoFacts): string[] {
  return ['-ss', Math.max(0, start - Selection.tolerance(facts.frameRate) + facts.delay).toFixed(6)];
}

function firstIndex(start: number, frameRate: number, times: Float64Array | null): number {
  const from = start - Selection.tolerance(frameRate);
  if (from <= 0) return 1;
  if (!times) return Math.ceil(from * frameRate) + 1;
  const position = times.findIndex((time) => time >= from);
  return (position < 0 ? times.length : position) + 1;
}

/** Every `stride`-th picture from number `first` on, counted from 1 where decoding begins; the choice comes before the conversion. */
function filters(first: number, stride: number): string {
  const rgb = 'scale=flags=bicubic,format=rgb24';
  if (first === 1 && stride === 1) return rgb;
  return `select='gte(n,${first - 1})*not(mod(n-${first - 1},${stride}))',${rgb}`;
}

/** FFmpeg 5.1 (2022) renamed -vsync. Builds from git have no version number, but a year. */
async function hasFpsMode(): Promise<boolean> {
  const text = (await programVersion('ffmpeg')) ?? '';
  const [, major, minor] = /^ffmpeg version n?(\d+)\.(\d+)/.exec(text) ?? [];
  if (major !== undefined) return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 1);
  return Number(/Copyright \(c\) \d+-(\d+)/.exec(text)?.[1]) >= 2023;
}
