import { PartReader } from './multipart.js';

/**
 * Pictures of all watched sources over one connection: browsers open only six to a server. It is closed while nothing is watched, and
 * opened again where it breaks.
 */
export class VideoStream {
  readonly #paint: (source: number, jpeg: Blob) => void;
  #watched = '';
  #stop = new AbortController();
  #timer = 0;

  constructor(paint: (source: number, jpeg: Blob) => void) {
    this.#paint = paint;
  }

  /** Which sources to show from now on. */
  watch(sources: Iterable<number>): void {
    const wanted = [...sources].sort((a, b) => a - b).map((id) => `source=${id}`);
    if (wanted.join('&') === this.#watched) return;
    this.#watched = wanted.join('&');
    // Scrolling changes the set often.
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#restart(), 120);
  }

  #restart(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    if (this.#watched) void this.#read(this.#watched, this.#stop.signal);
  }

  async #read(query: string, signal: AbortSignal): Promise<void> {
    try {
      const { body, ok } = await fetch(`/api/video?${query}`, { signal });
      const reader = ok ? body?.getReader() : undefined;
      const parts = new PartReader();
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
        for (const { headers, body } of parts.push(read.value)) {
          this.#paint(Number(headers.get('x-source')), new Blob([body], { type: 'image/jpeg' }));
        }
      }
    } catch {
      // The connection broke, or was ended by us.
    }
    if (signal.aborted) return;
    this.#timer = window.setTimeout(() => this.#restart(), 1000);
  }
}
