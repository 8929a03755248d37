import { setTimeout as wait } from 'node:timers/promises';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { Picture, PictureReader } from './picture-reader.js';
import type { ReconnectOptions } from './types.js';

export interface ReconnectingReaderOptions {
  /** What the user called the source, without a password. */
  readonly name: string;
  /** Opens the stream again. */
  readonly open: (signal: AbortSignal) => Promise<PictureReader>;
  readonly reconnect?: ReconnectOptions | undefined;
  readonly notify?: ((message: string) => void) | undefined;
}

/** Seconds. */
export const defaultPatience = 15;
const defaults = { attempts: 10, delay: 0.5, maxDelay: 10, patience: defaultPatience };
const silence = Symbol('no picture in time');

/**
 * A live stream that comes back: where the connection ends, breaks, or gives nothing for `patience` seconds, it is opened again, after
 * waits that double. Numbers go on from the last picture, times by the clock.
 */
export class ReconnectingReader implements PictureReader {
  readonly live = true;
  readonly resumes = true;
  readonly total = null;
  readonly kind: PictureReader['kind'];
  readonly backend: PictureReader['backend'];
  readonly selects: boolean;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly #name: string;
  readonly #open: ReconnectingReaderOptions['open'];
  readonly #notify: (message: string) => void;
  readonly #policy: Required<ReconnectOptions>;
  readonly #stop = new AbortController();
  readonly #breaks = { count: 0, last: '' };
  #reader: PictureReader | null;
  #base = { index: 0, time: 0 };
  #last = { index: 0, time: 0, at: performance.now() };
  #failed = 0;
  #reconnects = 0;

  constructor(first: PictureReader, options: ReconnectingReaderOptions) {
    this.#reader = first;
    this.#name = options.name;
    this.#open = options.open;
    this.#notify = options.notify ?? (() => {});
    this.#policy = { ...defaults, ...options.reconnect };
    this.kind = first.kind;
    this.backend = first.backend;
    this.selects = first.selects ?? false;
    this.width = first.width;
    this.height = first.height;
    this.frameRate = first.frameRate;
  }

  /** How often the stream came back. */
  get reconnects(): number {
    return this.#reconnects;
  }

  get warnings(): string[] {
    const { count, last } = this.#breaks;
    const broke = `The connection to ${this.#name} broke ${count === 1 ? 'once' : `${count} times`}, the last time ${last}`;
    return [...(count > 0 ? [broke] : []), ...(this.#reader?.warnings ?? [])];
  }

  async next(): Promise<Picture | null> {
    while (!this.#stop.signal.aborted) {
      const picture = this.#reader && (await this.#nextOf(this.#reader));
      if (picture && typeof picture === 'object') return this.#numbered(picture);
      if (this.#stop.signal.aborted) break;
      if (!(await this.#again(picture ?? 'it ended'))) break;
    }
    return null;
  }

  async convert(target: Buffer): Promise<boolean> {
    return (await this.#reader?.convert(target)) ?? false;
  }

  interrupt(): void {
    this.#stop.abort();
    this.#reader?.interrupt();
  }

  async close(): Promise<void> {
    this.interrupt();
    await this.#reader?.close();
  }

  /** The reader's next picture, or why there is none. */
  async #nextOf(reader: PictureReader): Promise<Picture | string> {
    const pending = reader.next();
    pending.catch(() => {});
    const timer = new AbortController();
    const late = wait(this.#policy.patience * 1000, silence, { signal: timer.signal }).catch(() => silence);
    try {
      const picture = await Promise.race([pending, late]);
      if (picture !== silence) return (picture as Picture | null) ?? reader.warnings.at(-1) ?? 'the stream ended';
      reader.interrupt();
      await pending;
      return `no picture came for ${this.#policy.patience} s`;
    } catch (error) {
      return messageOf(error);
    } finally {
      timer.abort();
    }
  }

  #numbered({ index, time }: Picture): Picture {
    this.#failed = 0;
    this.#last = { index: this.#base.index + index, time: this.#base.time + time, at: performance.now() };
    return { index: this.#last.index, time: this.#last.time };
  }

  /** Opens the stream again; false where it ends here. */
  async #again(reason: string): Promise<boolean> {
    if (this.#reader) {
      this.#breaks.count++;
      this.#breaks.last = `after frame ${this.#last.index}: ${reason}`;
    }
    if (this.#policy.attempts === 0) return false;
    for (let why = reason; ; ) {
      await this.#reader?.close();
      this.#reader = null;
      if (this.#failed >= this.#policy.attempts) throw this.#givenUp(why);
      if (!(await this.#pause(why))) return false;
      const reader = await this.#open(this.#stop.signal).catch(messageOf);
      if (this.#stop.signal.aborted && typeof reader === 'string') return false;
      if (typeof reader === 'string') {
        why = reader;
        continue;
      }
      this.#reader = reader;
      if (reader.width !== this.width || reader.height !== this.height) throw this.#otherSize(reader);
      this.#base = { index: this.#last.index, time: this.#last.time + (performance.now() - this.#last.at) / 1000 };
      this.#reconnects++;
      this.#notify(`${this.#name} is back`);
      return true;
    }
  }

  /** Waits before the next attempt; false where nobody wants it any more. */
  async #pause(reason: string): Promise<boolean> {
    const { attempts, delay, maxDelay } = this.#policy;
    const seconds = Math.min(maxDelay, delay * 2 ** this.#failed++);
    this.#notify(
      `${this.#name} broke off after frame ${this.#last.index} (${reason}); trying again in ${seconds} s, attempt ${this.#failed} of ${attempts}`,
    );
    return wait(seconds * 1000, true, { signal: this.#stop.signal }).catch(() => false);
  }

  #givenUp(reason: string): FairmotError {
    const { attempts } = this.#policy;
    return new FairmotError(
      `Expected ${this.#name} to come back after frame ${this.#last.index} but received nothing in ${attempts} attempt${attempts === 1 ? '' : 's'}: ${reason}`,
      { hint: 'check the camera and the network; raise the number of attempts to wait longer' },
    );
  }

  #otherSize({ width, height }: PictureReader): FairmotError {
    return new FairmotError(
      `Expected pictures of ${this.width}x${this.height} from ${this.#name} as before the connection broke but received ${width}x${height}`,
      { hint: 'start again to take the new size' },
    );
  }
}

/** What was received, where a message says so: the rest is known here. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /but received:? "?(.+?)"?(?: from FFmpeg)?$/.exec(message)?.[1] ?? message;
}
