import type { ServerResponse } from 'node:http';
import type { StatusEvent } from '@trt-fairmot/live-page';
import { errorAnswer, type Handler } from './answers.js';
import { EventViewer } from './event-viewer.js';
import type { Feed } from './feed.js';
import { VideoViewer } from './video-viewer.js';

const mostViewers = 100;
const statusInterval = 500;

interface Viewer {
  end(): void;
}

/** The viewers whose answers go on. */
export class Viewers {
  readonly #all = new Set<Viewer>();
  readonly #pages = new Set<EventViewer>();
  readonly #status: () => StatusEvent;
  readonly #timer: NodeJS.Timeout;

  constructor(status: () => StatusEvent) {
    this.#status = status;
    this.#timer = setInterval(this.tellStatus, statusInterval).unref();
  }

  /** Sends the numbers to all who read them; done twice a second anyway. */
  tellStatus = (): void => {
    if (this.#pages.size === 0) return;
    const status = this.#status();
    for (const page of this.#pages) page.send('status', status);
  };

  readonly status: Handler = (response) => {
    this.#keep(response, (gone) => {
      const viewer = new EventViewer(response, () => {
        this.#pages.delete(viewer);
        gone();
      });
      this.#pages.add(viewer);
      viewer.send('status', this.#status());
      return viewer;
    });
  };

  tracks(feeds: readonly Feed[]): Handler {
    return (response) => {
      this.#keep(response, (gone) => {
        const endings: (() => void)[] = [];
        const viewer = new EventViewer(response, () => {
          for (const end of endings) end();
          gone();
        });
        endings.push(...feeds.map((feed) => feed.read((event) => viewer.send('tracks', event))));
        return viewer;
      });
    };
  }

  video(feeds: readonly Feed[]): Handler {
    return (response) => this.#keep(response, (gone) => new VideoViewer(response, feeds, gone));
  }

  close(): void {
    clearInterval(this.#timer);
    for (const viewer of this.#all) viewer.end();
  }

  #keep(response: ServerResponse, make: (gone: () => void) => Viewer): void {
    if (response.req.method === 'HEAD') {
      response.end();
      return;
    }
    if (this.#all.size >= mostViewers) {
      errorAnswer(503, `Expected at most ${mostViewers} viewers but received one more`)(response);
      return;
    }
    const viewer = make(() => this.#all.delete(viewer));
    this.#all.add(viewer);
  }
}
