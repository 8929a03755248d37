import type { ServerResponse } from 'node:http';
import type { Feed } from './feed.js';
import { Outlet } from './outlet.js';
import type { Picture } from './picture-maker.js';

const boundary = 'picture';

/**
 * Sends pictures of one or several feeds as one MJPEG answer (multipart/x-mixed-replace), each part with the headers X-Source and
 * X-Frame. A picture that the viewer is too slow for is replaced by the next one.
 */
export class VideoViewer {
  readonly #outlet: Outlet;
  readonly #waiting = new Map<number, Picture>();
  readonly #endings: (() => void)[];

  constructor(response: ServerResponse, feeds: readonly Feed[], gone: () => void) {
    response.writeHead(200, {
      'Content-Type': `multipart/x-mixed-replace; boundary=${boundary}`,
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.socket?.setNoDelay(true);
    this.#outlet = new Outlet(response, this.#flush, () => {
      this.#leave();
      gone();
    });
    this.#outlet.write(`--${boundary}\r\n`);
    this.#endings = feeds.map((feed) => feed.watch((picture) => this.#take(feed.id, picture)));
  }

  end(): void {
    this.#leave();
    this.#outlet.end();
  }

  #leave(): void {
    this.#waiting.clear();
    for (const end of this.#endings.splice(0)) end();
  }

  #take(source: number, picture: Picture): void {
    this.#waiting.set(source, picture);
    this.#flush();
  }

  /** The map keeps the order of arrival, also where a picture was replaced: every source has its turn. */
  #flush = (): void => {
    for (const [source, { frame, jpeg }] of this.#waiting) {
      if (!this.#outlet.ready) return;
      this.#waiting.delete(source);
      const head = `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\nX-Source: ${source}\r\nX-Frame: ${frame}\r\n\r\n`;
      // The boundary after the picture tells browsers that it is complete.
      this.#outlet.write(head, jpeg, `\r\n--${boundary}\r\n`);
    }
  };
}
