// What keeps other sites out: a page on the web can make a browser ask a server on its own machine.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Names by which this server may be called. */
export interface AllowedHosts {
  /** Where it listens. */
  readonly bind: string;
  readonly more: readonly string[];
}

/**
 * Why a request is refused, in one sentence; null where it is not. The Host header must name this machine (else a foreign name may have
 * been pointed at it), and no other site may ask (Origin, Sec-Fetch-Site), except by a link to the page.
 */
export function refusal(
  request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  hosts: AllowedHosts,
): string | null {
  const { host = '', origin } = request.headers;
  const name = hostOf(host);
  if (name === null || !isAllowed(name, hosts)) {
    return `Expected a Host header that names this server but received '${host}'; start it with --allow-host to allow a name`;
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Expected a request from this server's own page but received one from ${origin}`;
  }
  const site = request.headers['sec-fetch-site'];
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  const isLink =
    request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET' && pathOf(request.url) === '/';
  return isOwn || isLink ? null : "Expected a request from this server's own page but received one from another site";
}

/** The name in a Host header, in lower case, without port; null where it is none. */
function hostOf(header: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d+)?$/i.exec(header);
  return (
    match?.[1]
      ?.toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '') ?? null
  );
}

function isAllowed(name: string, { bind, more }: AllowedHosts): boolean {
  if (name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)) return true;
  if (name === bind.toLowerCase() || more.some((each) => each.toLowerCase() === name)) return true;
  // Listening everywhere: any address is this machine's own, and so is its name. A name of the web is neither.
  const everywhere = bind === '0.0.0.0' || bind === '::';
  return everywhere && (isIP(name) !== 0 || name === hostname().toLowerCase());
}

const pathOf = (url = '/'): string => url.split('?', 1)[0] ?? '/';
