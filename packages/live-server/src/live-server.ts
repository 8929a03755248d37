import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { StatusEvent } from '@trt-fairmot/live-page';
import { Feed, type LiveSource } from './feed.js';
import { readPageFiles } from './page-files.js';
import { requestListener } from './routes.js';
import { Viewers } from './viewers.js';

export interface LiveServerOptions {
  /** Default 8080; 0: any free one. */
  readonly port?: number;
  /** Address to listen on; default 127.0.0.1, which other machines cannot reach. */
  readonly host?: string;
  /** Further names by which browsers may call it. */
  readonly allowedHosts?: readonly string[];
  readonly title?: string;
  /** What the network runs on. */
  readonly runsOn?: string;
  /** JPEG quality of the pictures, 1 to 100; default 80. */
  readonly quality?: number;
  /** Wider pictures are scaled down for viewers; default 1280. */
  readonly maxWidth?: number;
  /** At most so many pictures a second and source; default 30. */
  readonly maxRate?: number;
}

/** A running server. */
export interface LiveServer {
  readonly url: string;
  /** Where it listens everywhere: with this machine's addresses in the network, as a phone would call it. */
  readonly urls: readonly string[];
  readonly feeds: readonly Feed[];
  /** Adds a source, stopped. */
  add(source: LiveSource): Feed;
  /** Told on the page. */
  describe(words: { readonly runsOn?: string }): void;
  /** Stops the sources, sends the viewers away and closes the port. */
  close(): Promise<void>;
}

/**
 * Serves sources to browsers and programs: the page at `/`, MJPEG at `/api/video?source=1`, one JPEG at `/api/sources/1/picture`, the
 * numbers as server-sent events at `/api/events`, tracks at `/api/tracks`, POST `/api/sources/1/start` and `stop`.
 *
 * @throws FairmotError where the port is taken or the address is not this machine's
 * @example
 * const server = await openLiveServer({ port: 8080 });
 * const feed = server.add({ name: 'street', run: async (feed, signal) => { ... feed.show(frame) ... } });
 * await feed.start();
 * await server.close();
 */
export async function openLiveServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const { port = 8080, host = '127.0.0.1', quality = 80, maxWidth = 1280, maxRate = 30 } = options;
  const feeds: Feed[] = [];
  const pictures = { quality, maxWidth, maxRate, lanes: { free: 2 } };
  const words = { title: options.title ?? 'FairMOT live', runsOn: options.runsOn ?? '' };
  const status = (): StatusEvent => ({ ...words, sources: feeds.map((feed) => feed.status()) });
  const hosts = { bind: host, more: options.allowedHosts ?? [] };
  const viewers = new Viewers(status);
  const answer = requestListener({ feeds, status, viewers, hosts, files: await readPageFiles() });
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, answer);
  await listening(server, port, host);
  const { port: bound } = server.address() as AddressInfo;
  const urls = namesOf(host).map((name) => `http://${name.includes(':') ? `[${name}]` : name}:${bound}/`);
  return {
    url: urls[0] as string,
    urls,
    feeds,
    add(source) {
      const feed = new Feed(feeds.length + 1, source, pictures, viewers.tellStatus);
      feeds.push(feed);
      viewers.tellStatus();
      return feed;
    },
    describe: (more) => void Object.assign(words, more),
    async close() {
      await Promise.all(feeds.map((feed) => feed.stop()));
      viewers.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Viewers that do not take the end of their answer are cut off.
      setTimeout(() => server.closeAllConnections(), 500).unref();
      await closed;
    },
  };
}

/** What to call the server by. */
function namesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const known = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = known.filter(({ internal, family }) => !internal && family === 'IPv4');
  return ['127.0.0.1', ...outside.map(({ address }) => address)];
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, port, host)));
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', () => {});
}

function listenFailure(error: NodeJS.ErrnoException, port: number, host: string): unknown {
  if (error.code === 'EADDRINUSE') {
    return new FairmotError(`Expected a free port but received ${port} on ${host}, which another program uses`, {
      kind: 'environment',
      hint: `choose another with --port ${port + 1}, or any free one with --port 0`,
    });
  }
  if (error.code === 'EACCES') {
    return new FairmotError(`Expected a port that this user may open but received ${port}`, {
      kind: 'environment',
      hint: 'ports from 1024 on are open to all: --port 8080',
    });
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new FairmotError(`Expected an address of this machine but received ${host}`, {
      kind: 'usage',
      hint: '--host 127.0.0.1 serves this machine only, --host 0.0.0.0 the network',
    });
  }
  return error;
}
