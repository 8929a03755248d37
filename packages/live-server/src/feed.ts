import type { Count, FrameLine, SourceState, SourceStatus, StageTime, TracksEvent } from '@trt-fairmot/live-page';
import { Meter } from './meter.js';
import { type Picture, PictureMaker, type PictureOptions, type Pixels } from './picture-maker.js';

/** One tracked frame, its picture already annotated. The pixels may change when `show` has returned. */
export interface LiveFrame {
  /** What the events say of it. */
  readonly line: FrameLine;
  readonly pixels: Pixels;
  /** Milliseconds from the decoded frame to its tracks, and of what that consists. */
  readonly latencyMs: number;
  readonly stages: Readonly<Record<string, number>>;
  /** What the page shows of lines and regions. */
  readonly counts?: readonly Count[];
}

/** What a running source tells. */
export interface LiveFeed {
  opened(facts: { readonly width: number; readonly height: number; readonly live: boolean }): void;
  /** Takes no longer than a copy of the pixels, whoever watches. */
  show(frame: LiveFrame): void;
  /** What is worth telling of a live source: it broke off, it is back. */
  notice(message: string): void;
  /** So far in this run. */
  lost(counters: { readonly dropped: number; readonly reconnects: number }): void;
}

/** A source as the server knows it: `run` tracks it to its end, or until the signal asks it to stop. */
export interface LiveSource {
  readonly name: string;
  readonly run: (feed: LiveFeed, signal: AbortSignal) => Promise<void>;
  /** Mean milliseconds of what happens inside the network. */
  readonly detail?: () => Readonly<Record<string, number>>;
}

type Listener<T> = (value: T) => void;

/** So long after a live source told something, and frames come, it is no news any more. */
const newsMs = 10_000;

const blank = { width: null, height: null, live: null } as const;

/** A source with its state, its numbers and its listeners. */
export class Feed implements LiveFeed {
  readonly id: number;
  readonly source: LiveSource;
  readonly #meter = new Meter();
  readonly #jpegMeter = new Meter();
  readonly #maker: PictureMaker;
  readonly #watchers = new Set<Listener<Picture>>();
  readonly #readers = new Set<Listener<TracksEvent>>();
  readonly #changed: () => void;
  #state: SourceState = 'stopped';
  #trouble: { message: string | null; hint: string | null } = { message: null, hint: null };
  #toldAt = 0;
  #facts: Pick<SourceStatus, 'width' | 'height' | 'live'> = blank;
  #lost = { dropped: 0, reconnects: 0 };
  #run = 0;
  #frames = 0;
  #last: LiveFrame | null = null;
  #ids = new Set<number>();
  #picture: Picture | null = null;
  /** No more frames come: the last picture stays. */
  #over = true;
  #stop: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(id: number, source: LiveSource, pictures: PictureOptions, changed: () => void) {
    this.id = id;
    this.source = source;
    this.#changed = changed;
    this.#maker = new PictureMaker(pictures, this.#made);
  }

  get state(): SourceState {
    return this.#state;
  }

  /** The error it failed with. */
  failure: unknown = null;

  /** Starts the source, unless it runs; resolves when it has ended. One that is stopping ends first. */
  async start(): Promise<void> {
    if (this.#state === 'stopping') await this.#running;
    if (this.#state === 'starting' || this.#state === 'running') return this.#running;
    const stop = new AbortController();
    this.#stop = stop;
    this.#run++;
    this.#frames = 0;
    this.#ids = new Set();
    this.#last = null;
    this.#picture = null;
    this.#over = false;
    this.#lost = { dropped: 0, reconnects: 0 };
    this.#trouble = { message: null, hint: null };
    this.failure = null;
    this.#meter.clear();
    this.#set('starting');
    this.#running = this.#work(stop.signal);
    return this.#running;
  }

  /** Stops the source; resolves when it has closed everything. */
  async stop(): Promise<void> {
    if (this.#state === 'starting' || this.#state === 'running') {
      this.#stop?.abort();
      this.#set('stopping');
    }
    await this.#running;
  }

  /** Pictures from now on, the last one at once if it is current. Returns how to end it. */
  watch(listener: Listener<Picture>): () => void {
    this.#watchers.add(listener);
    if (this.#picture) listener(this.#picture);
    return () => {
      this.#watchers.delete(listener);
      // Without viewers no pictures are made, and this one grows old.
      if (this.#watchers.size === 0 && !this.#over) this.#picture = null;
    };
  }

  /** Tracks from now on. Returns how to end it. */
  read(listener: Listener<TracksEvent>): () => void {
    this.#readers.add(listener);
    return () => void this.#readers.delete(listener);
  }

  opened(facts: { readonly width: number; readonly height: number; readonly live: boolean }): void {
    this.#facts = facts;
  }

  show(frame: LiveFrame): void {
    const now = performance.now();
    if (this.#state === 'starting') this.#set('running');
    if (now - this.#toldAt > newsMs) this.#trouble = { message: null, hint: null };
    this.#frames++;
    this.#last = frame;
    for (const { id } of frame.line.tracks) this.#ids.add(id);
    this.#meter.add({ ...frame.stages, latency: frame.latencyMs }, now);
    if (this.#watchers.size > 0) this.#maker.offer(frame.line.frame, frame.pixels, now);
    if (this.#readers.size === 0) return;
    const event = { source: this.id, run: this.#run, ...frame.line };
    for (const listener of this.#readers) listener(event);
  }

  notice(message: string): void {
    this.#trouble = { message, hint: null };
    this.#toldAt = performance.now();
    this.#changed();
  }

  lost(counters: { readonly dropped: number; readonly reconnects: number }): void {
    this.#lost = counters;
  }

  status(): SourceStatus {
    const now = performance.now();
    const { latency = null, ...stages } = this.#meter.means(now);
    const moving = this.#state === 'running';
    return {
      id: this.id,
      name: this.source.name,
      state: this.#state,
      ...this.#trouble,
      ...this.#facts,
      ...this.#lost,
      run: this.#run,
      frames: this.#frames,
      now: this.#last?.line.tracks.length ?? 0,
      total: this.#ids.size,
      fps: moving ? this.#meter.rate(now) : 0,
      latencyMs: moving ? latency : null,
      stages: moving ? stageList({ ...stages, ...this.#jpegMeter.means(now) }) : [],
      detail: moving ? stageList(this.source.detail?.() ?? {}) : [],
      viewers: this.#watchers.size,
      counts: this.#last?.counts ?? [],
    };
  }

  async #work(signal: AbortSignal): Promise<void> {
    try {
      await this.source.run(this, signal);
      await this.#showLast();
      this.#set(signal.aborted ? 'stopped' : 'ended');
    } catch (error) {
      await this.#showLast();
      if (!signal.aborted) this.#fail(error);
      this.#set(signal.aborted ? 'stopped' : 'failed');
    }
  }

  #fail(error: unknown): void {
    this.failure = error;
    const { message = String(error), hint = null } = error as { message?: string; hint?: string };
    this.#trouble = { message, hint };
  }

  /** The picture that stays when the source has ended: nobody writes into its pixels any more. */
  async #showLast(): Promise<void> {
    this.#over = true;
    if (this.#last) await this.#maker.make(this.#last.line.frame, this.#last.pixels);
  }

  #made = (picture: Picture, ms: number): void => {
    this.#jpegMeter.add({ JPEG: ms }, performance.now());
    this.#picture = this.#watchers.size > 0 || this.#over ? picture : null;
    for (const listener of this.#watchers) listener(picture);
  };

  #set(state: SourceState): void {
    this.#state = state;
    this.#changed();
  }
}

const stageList = (stages: Readonly<Record<string, number>>): StageTime[] =>
  Object.entries(stages).map(([name, ms]) => ({ name, ms }));
