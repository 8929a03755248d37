import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openLiveServer } from '../src/live-server.js';
import { ask, openAnswer } from './support/clients.js';
import { FakeSource } from './support/fake-source.js';
import { noise } from './support/pixels.js';
import { open, serve } from './support/serve.js';

describe('the port', () => {
  test('one that is taken is told with another to take', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expect(openLiveServer({ port })).rejects.toMatchObject({
      kind: 'environment',
      message: `Expected a free port but received ${port} on 127.0.0.1, which another program uses`,
      hint: expect.stringContaining(`--port ${port + 1}`),
    });
    other.close();
  });

  test('an address of another machine', async () => {
    await expect(openLiveServer({ port: 0, host: '192.0.2.1' })).rejects.toMatchObject({ kind: 'usage' });
  });

  test('listening everywhere, every address that it names answers', async () => {
    const server = await openLiveServer({ port: 0, host: '0.0.0.0' });
    open.push(server);
    expect(server.urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:/);
    for (const url of server.urls) expect((await ask(url)).status).toBe(200);
    expect((await ask(server.url, { headers: { Host: 'evil.example' } })).status).toBe(403);
  });

  test('closing ends viewers, even those that do not read, and frees it', async () => {
    const source = new FakeSource();
    const server = await serve([source], { quality: 100 });
    const port = Number(new URL(server.url).port);
    await openAnswer(`${server.url}api/video`);
    const reading = await openAnswer(`${server.url}api/events`);
    for (let index = 1; index <= 20; index++) {
      source.show(index, { pixels: noise(800, 600, index) });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const ended = new Promise((resolve) => reading.on('close', resolve).resume());
    await server.close();
    await ended;
    const again = await openLiveServer({ port });
    await again.close();
  });
});
