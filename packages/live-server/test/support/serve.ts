import { afterEach, expect, vi } from 'vitest';
import { type LiveServer, type LiveServerOptions, openLiveServer } from '../../src/live-server.js';
import { ask } from './clients.js';
import type { FakeSource } from './fake-source.js';

/** Servers to close after the test. */
export const open: LiveServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A server with sources that have started. */
export async function serve(sources: readonly FakeSource[], options: LiveServerOptions = {}): Promise<LiveServer> {
  const server = await openLiveServer({ port: 0, maxRate: 1e6, ...options });
  open.push(server);
  for (const source of sources) void server.add(source).start();
  await vi.waitFor(() => expect(sources.every(({ feed }) => feed)).toBe(true));
  return server;
}

/** Waits for a check to hold. */
export const soon = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
/** The status of all sources. */
export const numbers = async (server: LiveServer) => JSON.parse((await ask(`${server.url}api/status`)).text).sources;
