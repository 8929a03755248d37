// One HTTP answer that goes on: never more is written than the reader takes.
import type { ServerResponse } from 'node:http';

/** A reader that takes nothing for so long is gone. */
const longestSilence = 30_000;

/** Knows when the reader is ready for more, and when it has gone. */
export class Outlet {
  readonly #response: ServerResponse;
  readonly #whenReady: () => void;
  #ready = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, whenReady: () => void, whenGone: () => void) {
    this.#response = response;
    this.#whenReady = whenReady;
    response.on('drain', this.#drained);
    response.on('error', () => {});
    response.once('close', () => {
      clearTimeout(this.#timer);
      this.#ready = false;
      whenGone();
    });
  }

  /** Whether `write` may be called. */
  get ready(): boolean {
    return this.#ready;
  }

  write(...pieces: readonly (string | Uint8Array)[]): void {
    this.#response.cork();
    for (const piece of pieces) this.#ready = this.#response.write(piece);
    this.#response.uncork();
    if (!this.#ready) this.#timer = setTimeout(() => this.#response.destroy(), longestSilence).unref();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#response.end();
  }

  #drained = (): void => {
    clearTimeout(this.#timer);
    if (this.#response.destroyed) return;
    this.#ready = true;
    this.#whenReady();
  };
}
