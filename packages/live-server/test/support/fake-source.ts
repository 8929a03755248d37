import type { FrameLine } from '@trt-fairmot/live-page';
import type { LiveFeed, LiveFrame, LiveSource } from '../../src/feed.js';
import { gray } from './pixels.js';

/** A source that a test feeds by hand. */
export class FakeSource implements LiveSource {
  readonly name: string;
  runs = 0;
  feed: LiveFeed | null = null;
  /** Milliseconds from the wish to stop to the end. */
  slowness = 0;
  #end: (error?: unknown) => void = () => {};

  constructor(name = 'a fake') {
    this.name = name;
  }

  run = (feed: LiveFeed, signal: AbortSignal): Promise<void> => {
    this.runs++;
    this.feed = feed;
    feed.opened({ width: 64, height: 48, live: false });
    return new Promise((resolve, reject) => {
      this.#end = (error) => (error ? reject(error) : resolve());
      signal.addEventListener('abort', () => setTimeout(resolve, this.slowness), { once: true });
    });
  };

  show(index: number, more: Partial<LiveFrame> = {}, line: Partial<FrameLine> = {}): void {
    this.feed?.show({
      line: { frame: index, time: index / 10, tracks: [{ id: 1, box: [index, 2, 3, 4], score: 0.5 }], ...line },
      pixels: gray(64, 48, 20 + index),
      latencyMs: 5,
      stages: { network: 4, tracker: 1 },
      ...more,
    });
  }

  end(error?: unknown): void {
    this.#end(error);
  }
}
