import type { ServerResponse } from 'node:http';
import type { Feed } from './feed.js';

const longestWait = 10_000;

/** Answers with one JPEG: the next picture of a running source, the last one of an ended source. */
export function sendPicture(response: ServerResponse, feed: Feed): void {
  let end = () => {};
  const finish = (status: number, body: string | Buffer, type: string) => {
    clearTimeout(timer);
    end();
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
    });
    response.end(body);
  };
  const timer = setTimeout(
    () => {
      const error = `Expected a picture of ${feed.source.name} but received none; the source is ${feed.state}`;
      finish(503, JSON.stringify({ error }), 'application/json');
    },
    feed.state === 'running' || feed.state === 'starting' ? longestWait : 500,
  );
  response.once('close', () => {
    clearTimeout(timer);
    end();
  });
  end = feed.watch(({ jpeg }) => finish(200, jpeg, 'image/jpeg'));
  if (response.headersSent) end();
}
