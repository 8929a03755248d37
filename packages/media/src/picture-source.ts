import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { FramePool } from './frame-pool.js';
import type { Picture, PictureReader } from './picture-reader.js';
import { Selection } from './selection.js';
import type { Frame, FrameSource, SourceOptions } from './types.js';

const readAhead = 2;

/** Turns a reader into a source: selects frames, converts them ahead of the consumer, keeps the queue short. */
export class PictureSource implements FrameSource {
  readonly #reader: PictureReader;
  readonly #selection: Selection;
  readonly #pool: FramePool;
  readonly #queue: Frame[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #depth: number;
  readonly #pump: Promise<void>;
  #given = 0;
  #dropped = 0;
  #iterated = false;
  #closed = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void)[] = [];
  #closing: Promise<void> | undefined;

  private constructor(reader: PictureReader, options: SourceOptions) {
    this.#reader = reader;
    this.#selection = new Selection(options);
    this.#pool = new FramePool(reader.width * reader.height * 3, options.hold ?? 3);
    this.#signal = options.signal;
    this.#depth = reader.live ? (options.queue ?? readAhead) : readAhead;
    this.#signal?.addEventListener('abort', this.#abort, { once: true });
    this.#pump = this.#run();
  }

  /** Resolves when the first frame is decoded, so that what cannot be read fails here. */
  static async open(reader: PictureReader, options: SourceOptions, name: string): Promise<FrameSource> {
    const source = new PictureSource(reader, options);
    while (source.#queue.length === 0 && !source.#ended) await source.#change();
    if (source.#failure || source.#queue.length === 0) {
      await source.close();
      throw source.#failure?.error ?? noFrames(name, reader, options);
    }
    return source;
  }

  get kind() {
    return this.#reader.kind;
  }
  get backend() {
    return this.#reader.backend;
  }
  get width() {
    return this.#reader.width;
  }
  get height() {
    return this.#reader.height;
  }
  get frameRate() {
    return this.#reader.frameRate;
  }
  get frameCount() {
    return this.#selection.count(this.#reader.total, this.#reader.frameRate);
  }
  get warnings() {
    return this.#reader.warnings;
  }
  get live() {
    return this.#reader.live;
  }
  get dropped() {
    return this.#dropped;
  }
  get reconnects() {
    return this.#reader.reconnects ?? 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame, void, undefined> {
    if (this.#iterated) throw new Error('Expected a source to be iterated once but received a second loop over it');
    this.#iterated = true;
    try {
      for (;;) {
        while (this.#queue.length === 0 && !this.#ended) await this.#change();
        if (this.#signal?.aborted) throw this.#signal.reason;
        const frame = this.#queue.shift();
        if (!frame) break;
        this.#pool.pulled(frame);
        this.#changed();
        yield frame;
      }
      if (this.#failure && !this.#closed) throw this.#failure.error;
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#reader.interrupt();
    this.#changed();
    await this.#pump;
    this.#queue.length = 0;
    await this.#reader.close();
  }

  #abort = (): void => {
    void this.close();
  };

  async #run(): Promise<void> {
    try {
      while (!this.#closed && this.#given < this.#selection.maxFrames) {
        while (this.#full() && !this.#closed) await this.#change();
        if (this.#closed) break;
        const picture = await this.#reader.next();
        if (!picture || this.#closed) break;
        const verdict = this.#verdict(picture);
        if (verdict === 'end') break;
        if (verdict === 'take' && !(await this.#take(picture)) && !this.#reader.resumes) break;
      }
    } catch (error) {
      if (!this.#closed) this.#failure = { error };
    }
    this.#ended = true;
    this.#changed();
  }

  #verdict({ time }: Picture): 'skip' | 'take' | 'end' {
    if (!this.#reader.selects) return this.#selection.verdict(time, this.#reader.frameRate);
    return this.#selection.ended(time, this.#reader.frameRate) ? 'end' : 'take';
  }

  async #take({ index, time }: Picture): Promise<boolean> {
    const { width, height } = this.#reader;
    const buffer = this.#pool.take();
    if (!(await this.#reader.convert(buffer))) return false;
    this.#queue.push(this.#pool.own({ width, height, data: this.#pool.pixels(buffer), index, time }, buffer));
    this.#given++;
    if (this.#queue.length > this.#depth) this.#dropOldest();
    this.#changed();
    return true;
  }

  #dropOldest(): void {
    this.#pool.dropped(this.#queue.shift() as Frame);
    this.#given--;
    this.#dropped++;
  }

  #full(): boolean {
    return !this.#reader.live && this.#queue.length >= this.#depth;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

function noFrames(name: string, reader: PictureReader, options: SourceOptions): unknown {
  if (options.signal?.aborted) return options.signal.reason;
  if ((options.start ?? 0) > 0) {
    const length = reader.total === null ? '' : ` of ${(reader.total / reader.frameRate).toFixed(2)} s`;
    return new FairmotError(`Expected frames from ${options.start} s on in ${name} but received none`, {
      hint: `start earlier: the source${length} ends before that`,
    });
  }
  return new FairmotError(`Expected at least one frame in ${name} but received none`, {
    hint: 'the file may be empty or damaged; try to play it with ffplay or another player',
  });
}
