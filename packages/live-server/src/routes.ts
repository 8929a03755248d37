import type { IncomingMessage, RequestListener } from 'node:http';
import type { StatusEvent } from '@trt-fairmot/live-page';
import { answer, errorAnswer, type Handler, jsonAnswer } from './answers.js';
import type { Feed } from './feed.js';
import type { PageFile } from './page-files.js';
import { type AllowedHosts, refusal } from './request-guard.js';
import { sendPicture } from './send-picture.js';
import type { Viewers } from './viewers.js';

export interface Served {
  readonly feeds: readonly Feed[];
  readonly status: () => StatusEvent;
  readonly viewers: Viewers;
  readonly hosts: AllowedHosts;
  readonly files: ReadonlyMap<string, PageFile>;
}

const safety = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** What answers the server's requests. */
export function requestListener(served: Served): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(safety)) response.setHeader(name, value);
    request.resume();
    const refused = refusal(request, served.hosts);
    const handle = refused ? errorAnswer(403, refused) : handlerFor(request, served);
    handle(response);
  };
}

function handlerFor(request: IncomingMessage, served: Served): Handler {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  if (request.method === 'POST') return postHandler(path, served);
  if (request.method === 'GET' || request.method === 'HEAD') return getHandler(path, query, served);
  return errorAnswer(405, `Expected GET or POST but received ${request.method}`);
}

function getHandler(path: string, query: string, { feeds, status, viewers, files }: Served): Handler {
  const file = files.get(path);
  if (file) return answer(200, file.type, file.body);
  if (path === '/api/status') return jsonAnswer(200, status());
  if (path === '/api/events') return viewers.status;
  if (path === '/api/tracks' || path === '/api/video') {
    const chosen = chosenFeeds(feeds, new URLSearchParams(query));
    if (!chosen) return errorAnswer(404, `Expected sources from 1 to ${feeds.length} but received ?${query}`);
    return path === '/api/tracks' ? viewers.tracks(chosen) : viewers.video(chosen);
  }
  const [, id, verb] = /^\/api\/sources\/(\d+)\/(video|picture)$/.exec(path) ?? [];
  const feed = feeds[Number(id) - 1];
  if (!feed) return unknown(path);
  return verb === 'video' ? viewers.video([feed]) : (response) => sendPicture(response, feed);
}

function postHandler(path: string, { feeds }: Served): Handler {
  const [, id, verb] = /^\/api\/sources\/(\d+)\/(start|stop)$/.exec(path) ?? [];
  const feed = feeds[Number(id) - 1];
  if (!feed) return unknown(path);
  return (response) => {
    void (verb === 'start' ? feed.start() : feed.stop());
    jsonAnswer(202, feed.status())(response);
  };
}

const unknown = (path: string): Handler => errorAnswer(404, `Expected a known address but received ${path}`);

/** The feeds a query asks for, all without one; null where one is unknown. */
function chosenFeeds(feeds: readonly Feed[], query: URLSearchParams): readonly Feed[] | null {
  const wanted = [...new Set(query.getAll('source'))];
  if (wanted.length === 0) return feeds;
  const found = wanted.map((id) => (/^\d+$/.test(id) ? feeds[Number(id) - 1] : undefined));
  return found.every((feed) => feed !== undefined) ? found : null;
}
