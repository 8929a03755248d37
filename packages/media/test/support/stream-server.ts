import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export interface StreamServer {
  readonly url: string;
  /** Requests so far. */
  readonly requests: () => number;
}

/**
 * A camera over HTTP: every request gets the bytes of one MPEG-TS or MJPEG file without a declared length, then `finish` ends the
 * connection: by default it is cut. `answer` may refuse a request (by its number from 1).
 */
export async function serveStream(
  path: string,
  {
    type = 'video/mp2t',
    accept = () => true,
    finish = (response: ServerResponse) => void response.destroy(),
  }: {
    type?: string;
    accept?: (request: number) => boolean;
    finish?: (response: ServerResponse, request: number) => void;
  } = {},
): Promise<StreamServer> {
  const bytes = readFileSync(path);
  let requests = 0;
  const server = createServer((_, response) => {
    const number = ++requests;
    if (!accept(number)) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { 'content-type': type });
    response.write(bytes, () => finish(response, number));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`, requests: () => requests };
}
