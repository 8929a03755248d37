import type { IncomingMessage } from 'node:http';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ask, collectEvents, collectPictures, openAnswer } from './support/clients.js';
import { FakeSource } from './support/fake-source.js';
import { gray, noise } from './support/pixels.js';
import { numbers, serve, soon } from './support/serve.js';

describe('pages and numbers', () => {
  test('the page comes with its files, and a policy that lets nothing else in', async () => {
    const server = await serve([]);
    const { text, headers, status } = await ask(server.url);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    const files = [...text.matchAll(/(?:src|href)="([a-z.]+)"/g)].map(([, name]) => name);
    expect(new Set(files)).toEqual(new Set(['icon.svg', 'style.css', 'page.js']));
    for (const name of files) expect((await ask(server.url + name)).status).toBe(200);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  test('what is not there, not allowed, or not known', async () => {
    const server = await serve([new FakeSource()]);
    const statusOf = async (path: string, method = 'GET', headers = {}) =>
      (await ask(server.url + path, { method, headers })).status;
    expect(await statusOf('../../package.json')).toBe(404);
    expect(await statusOf('api/sources/2/video')).toBe(404);
    expect(await statusOf('api/video?source=2')).toBe(404);
    expect(await statusOf('api/sources/1/explode', 'POST')).toBe(404);
    expect(await statusOf('', 'DELETE')).toBe(405);
    expect(await statusOf('', 'GET', { Host: 'evil.example' })).toBe(403);
    expect(await statusOf('api/sources/1/stop', 'POST', { Origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf('api/video', 'HEAD')).toBe(200);
  });

  test('frames, people, rates, counts', async () => {
    const source = new FakeSource('street');
    const server = await serve([source], { runsOn: 'CPU' });
    const counts = [{ name: 'door', kind: 'line', values: { in: 2, out: 1 } }];
    for (const [index, ids] of [[1], [1, 2], [2, 3, 4]].entries()) {
      source.show(index + 1, { counts }, { tracks: ids.map((id) => ({ id, box: [0, 0, 1, 1], score: 1 })) });
    }
    source.feed?.lost({ dropped: 5, reconnects: 2 });
    const [status] = await numbers(server);
    expect(status).toMatchObject({
      id: 1,
      name: 'street',
      state: 'running',
      frames: 3,
      now: 3,
      total: 4,
      latencyMs: 5,
    });
    expect(status).toMatchObject({ width: 64, height: 48, dropped: 5, reconnects: 2, counts, run: 1 });
    expect(status.stages).toEqual([
      { name: 'network', ms: 4 },
      { name: 'tracker', ms: 1 },
    ]);
  });
});

describe('start and stop', () => {
  test('from outside, over and over; the numbers begin again', async () => {
    const source = new FakeSource();
    const server = await serve([source]);
    const state = async () => (await numbers(server))[0].state;
    const post = (verb: string) => ask(`${server.url}api/sources/1/${verb}`, { method: 'POST' });
    source.show(1);
    expect(await state()).toBe('running');
    for (let run = 2; run <= 3; run++) {
      expect((await post('stop')).status).toBe(202);
      await soon(async () => expect(await state()).toBe('stopped'));
      await post('start');
      await post('start');
      await soon(() => expect(source.runs).toBe(run));
      expect((await numbers(server))[0]).toMatchObject({ state: 'starting', frames: 0, total: 0, run });
      source.show(1);
    }
    source.end();
    await soon(async () => expect(await state()).toBe('ended'));
  });

  test('a source that is slow to stop ends before it starts again', async () => {
    const source = new FakeSource();
    source.slowness = 100;
    const server = await serve([source]);
    const [feed] = server.feeds;
    source.show(1);
    const stopped = feed?.stop();
    void feed?.start();
    void feed?.start();
    source.show(2);
    expect([feed?.state, source.runs]).toEqual(['stopping', 1]);
    await stopped;
    await soon(() => expect(source.runs).toBe(2));
    expect(feed?.status()).toMatchObject({ state: 'starting', frames: 0, run: 2 });
    source.show(1);
    expect(feed?.status()).toMatchObject({ state: 'running', frames: 1 });
  });

  test('a failure is told with its hint, and the others go on', async () => {
    const [broken, fine] = [new FakeSource('broken'), new FakeSource('fine')];
    const server = await serve([broken, fine]);
    fine.show(1);
    broken.end(new FairmotError('Expected a camera but received none', { hint: 'plug one in' }));
    await soon(async () => expect((await numbers(server))[0].state).toBe('failed'));
    const [first, second] = await numbers(server);
    expect(first).toMatchObject({ message: 'Expected a camera but received none', hint: 'plug one in' });
    expect(second).toMatchObject({ state: 'running', message: null });
  });
});

describe('video', () => {
  test('several viewers of several sources, each picture whole and in order; none is made for nobody', async () => {
    const sources = [new FakeSource('a'), new FakeSource('b')];
    const server = await serve(sources);
    sources[0]?.show(99);
    const all = collectPictures(await openAnswer(`${server.url}api/video`));
    const first = collectPictures(await openAnswer(`${server.url}api/sources/1/video`));
    for (let index = 1; index <= 12; index++) {
      for (const [i, source] of sources.entries()) source.show(index, { pixels: gray(64, 48, 10 * index + i) });
      await soon(() => {
        expect(all.filter(({ frame }) => frame === index)).toHaveLength(2);
        expect(first.at(-1)?.frame).toBe(index);
      });
    }
    expect(first.map(({ frame, source }) => [frame, source])).toEqual(Array.from({ length: 12 }, (_, i) => [i + 1, 1]));
    expect(all.filter(({ source }) => source === 2).map(({ frame }) => frame)).toEqual(first.map(({ frame }) => frame));
    for (const { jpeg, frame, source } of all) {
      const level = (await sharp(jpeg).raw().toBuffer())[0] as number;
      expect(Math.abs(level - (10 * frame + source - 1))).toBeLessThanOrEqual(1);
    }
  });

  test('a viewer that does not read loses pictures, and nobody waits for it', async () => {
    const source = new FakeSource();
    const server = await serve([source], { quality: 100 });
    const slow = await openAnswer(`${server.url}api/sources/1/video`);
    const quick = collectPictures(await openAnswer(`${server.url}api/sources/1/video`));
    const count = 40; // of about 1 MB: more than the system's buffers hold
    for (let index = 1; index <= count; index++) {
      source.show(index, { pixels: noise(800, 600, index) });
      await soon(() => expect(quick.at(-1)?.frame).toBe(index));
    }
    expect(quick).toHaveLength(count);
    const late = collectPictures(slow);
    await soon(() => expect(late.at(-1)?.frame).toBe(count));
    expect(late.length).toBeLessThan(count);
    const frames = late.map(({ frame }) => frame);
    expect(frames).toEqual([...frames].sort((a, b) => a - b));
  });

  test('a viewer that vanishes is forgotten, and with the last one pictures end', async () => {
    const source = new FakeSource();
    const server = await serve([source]);
    const viewers = await Promise.all([1, 2].map(() => openAnswer(`${server.url}api/sources/1/video`)));
    await soon(async () => expect((await numbers(server))[0].viewers).toBe(2));
    viewers[0]?.destroy();
    await soon(async () => expect((await numbers(server))[0].viewers).toBe(1));
    const seen = collectPictures(viewers[1] as IncomingMessage);
    source.show(1);
    await soon(() => expect(seen.map(({ frame }) => frame)).toEqual([1]));
    viewers[1]?.destroy();
    await soon(async () => expect((await numbers(server))[0].viewers).toBe(0));
    source.show(2);
    const again = collectPictures(await openAnswer(`${server.url}api/sources/1/video`));
    source.show(3);
    await soon(() => expect(again.map(({ frame }) => frame)).toEqual([3]));
  });

  test('the last picture stays for those who come after the end, also as one JPEG', async () => {
    const source = new FakeSource();
    const server = await serve([source]);
    source.show(5, { pixels: gray(64, 48, 77) });
    source.end();
    await soon(async () => expect((await numbers(server))[0].state).toBe('ended'));
    const late = collectPictures(await openAnswer(`${server.url}api/video`));
    await soon(() => expect(late.map(({ frame }) => frame)).toEqual([5]));
    const response = await fetch(`${server.url}api/sources/1/picture`);
    const pixels = await sharp(Buffer.from(await response.arrayBuffer()))
      .raw()
      .toBuffer();
    expect([response.headers.get('content-type'), pixels[0]]).toEqual(['image/jpeg', 77]);
  });
});

describe('events', () => {
  test('numbers come at once and when something changes', async () => {
    const source = new FakeSource();
    const server = await serve([source]);
    const events = collectEvents(await openAnswer(`${server.url}api/events`));
    await soon(() => expect(events[0]).toMatchObject({ event: 'status', data: { sources: [{ state: 'starting' }] } }));
    source.show(1);
    source.feed?.notice('the camera is back');
    await soon(() => {
      expect(events.at(-1)?.data).toMatchObject({ sources: [{ state: 'running', message: 'the camera is back' }] });
    });
  });

  test('tracks of every frame for several readers, of the sources they want', async () => {
    const sources = [new FakeSource('a'), new FakeSource('b')];
    const server = await serve(sources);
    const all = collectEvents(await openAnswer(`${server.url}api/tracks`));
    const second = collectEvents(await openAnswer(`${server.url}api/tracks?source=2`));
    const counts = { lines: [{ name: 'door', in: 1, out: 0 }] };
    for (let index = 1; index <= 30; index++) for (const source of sources) source.show(index, {}, { counts });
    await soon(() => expect([all.length, second.length]).toEqual([60, 30]));
    expect(second[6]).toEqual({
      event: 'tracks',
      data: { source: 2, run: 1, frame: 7, time: 0.7, tracks: [{ id: 1, box: [7, 2, 3, 4], score: 0.5 }], counts },
    });
  });

  test('a reader that does not read loses events and is told how many', async () => {
    const source = new FakeSource();
    const server = await serve([source]);
    const slow = await openAnswer(`${server.url}api/tracks`);
    const quick = collectEvents(await openAnswer(`${server.url}api/tracks`));
    const tracks = Array.from({ length: 5000 }, (_, i) => ({ id: i + 1, box: [1, 2, 3, 4], score: 0.5 }));
    const count = 120; // of about 200 kB
    for (let index = 1; index <= count; index++) {
      source.show(index, {}, { tracks });
      // Quick is who keeps up: it has its turn after every frame.
      await soon(() => expect(quick).toHaveLength(index));
    }
    const late = collectEvents(slow);
    await soon(() => expect(late.length).toBeGreaterThan(0));
    let index = count;
    await soon(() => {
      source.show(++index, {}, { tracks });
      expect(late.some(({ event }) => event === 'dropped')).toBe(true);
    });
    await soon(() => {
      const dropped = late.flatMap(({ event, data }) =>
        event === 'dropped' ? [(data as { events: number }).events] : [],
      );
      const received = late.filter(({ event }) => event === 'tracks').length;
      expect(received + dropped.reduce((sum, each) => sum + each, 0)).toBe(index);
      expect(dropped[0]).toBeGreaterThan(10);
    });
  });
});
