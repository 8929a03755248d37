import type { ServerResponse } from 'node:http';
import type { DroppedEvent } from '@trt-fairmot/live-page';
import { Outlet } from './outlet.js';

const heartbeat = 15_000;

/**
 * Server-sent events for one reader. What it is too slow for is left out and counted; the count comes as an event `dropped` before the
 * next one.
 */
export class EventViewer {
  readonly #outlet: Outlet;
  readonly #timer: NodeJS.Timeout;
  #dropped = 0;

  constructor(response: ServerResponse, gone: () => void) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', Connection: 'close' });
    response.socket?.setNoDelay(true);
    this.#timer = setInterval(() => this.#outlet.ready && this.#outlet.write(': still here\n\n'), heartbeat).unref();
    this.#outlet = new Outlet(
      response,
      () => {},
      () => {
        clearInterval(this.#timer);
        gone();
      },
    );
    this.#outlet.write('retry: 1000\n\n');
  }

  send(event: string, data: object): void {
    if (!this.#outlet.ready) {
      this.#dropped++;
      return;
    }
    const lost = this.#dropped;
    this.#dropped = 0;
    if (lost > 0) this.#outlet.write(textOf('dropped', { events: lost } satisfies DroppedEvent));
    this.#outlet.write(textOf(event, data));
  }

  end(): void {
    clearInterval(this.#timer);
    this.#outlet.end();
  }
}

const textOf = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
