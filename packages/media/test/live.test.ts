// Live streams against real servers on the loopback: connections that break, servers that stay away, dropped frames.
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { withoutPassword } from '../src/address.js';
import { FfmpegReader } from '../src/ffmpeg-reader.js';
import { NodeAvReader } from '../src/node-av-reader.js';
import { openSource } from '../src/open-source.js';
import type { Backend, FrameSource } from '../src/types.js';
import { describeBackends } from './support/backends.js';
import { serveFile } from './support/file-server.js';
import { levelOf, plain, type Seen, seenFrame, writeCounting } from './support/film.js';
import { serveRtsp } from './support/rtsp-server.js';
import { serveStream } from './support/stream-server.js';

const folder = temporaryFolder();
const length = 40;
const counting = (backend: Backend) => writeCounting(join(folder, `live-${backend}.ts`), length, { backend });

/** ffmpeg asks twice for each opening: ffprobe comes first. */
const connections = { 'node-av': 1, ffmpeg: 2 } as const;

/** One part of a multipart answer: a gray picture. */
async function multipart(level: number): Promise<Buffer> {
  const { width, height, data } = plain(64, 48, [level, level, level]);
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
  const head = `--next\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]);
}

/** Frames until the source ends or fails, and how it failed. */
async function drained(source: FrameSource): Promise<{ frames: Seen[]; failure: unknown }> {
  const frames: Seen[] = [];
  try {
    for await (const frame of source) frames.push(seenFrame(frame));
    return { frames, failure: null };
  } catch (failure) {
    return { frames, failure };
  }
}

describeBackends('a live stream', (backend) => {
  test('that is cut comes back: numbers go on, times grow, and the attempts end', async () => {
    const server = await serveStream(await counting(backend), {
      accept: (request) => request <= 3 * connections[backend],
    });
    const notices: string[] = [];
    const reconnect = { attempts: 2, delay: 0.01 };
    const options = { backend, queue: 1000, reconnect, onNotice: (text: string) => void notices.push(text) };
    const source = await openSource(server.url, options);
    expect(source).toMatchObject({ live: true, kind: 'url', frameCount: null, width: 64, height: 48 });
    const { frames, failure } = await drained(source);
    expect(frames.map(({ index }) => index)).toEqual(Array.from({ length: 3 * length }, (_, i) => i + 1));
    for (const { index, level } of frames) {
      expect(Math.abs(level - levelOf(((index - 1) % length) + 1))).toBeLessThanOrEqual(3);
    }
    for (let i = 1; i < frames.length; i++) expect(frames[i]!.time).toBeGreaterThan(frames[i - 1]!.time);
    expect(failure).toMatchObject({
      name: 'FairmotError',
      message: expect.stringMatching(/come back after frame 120 but received nothing in 2 attempts: .*(503|5XX)/),
    });
    expect(source).toMatchObject({ reconnects: 2, dropped: 0 });
    expect(source.warnings[0]).toMatch(/broke 3 times, the last time after frame 120/);
    expect(notices.map((text) => /attempt \d|back/.exec(text)?.[0])).toEqual([
      ...['attempt 1', 'back', 'attempt 1', 'back', 'attempt 1', 'attempt 2'],
    ]);
  });

  test('without attempts ends where it is cut', async () => {
    const server = await serveStream(await counting(backend));
    const source = await openSource(server.url, { backend, queue: 1000, reconnect: { attempts: 0 } });
    const { frames, failure } = await drained(source);
    expect([frames.length, failure, source.reconnects]).toEqual([length, null, 0]);
  });

  test('that falls silent is opened again', async () => {
    const finish = (response: ServerResponse, request: number) => {
      if (request !== connections[backend]) response.destroy();
    };
    const server = await serveStream(await counting(backend), { finish });
    const notices: string[] = [];
    const onNotice = (text: string) => void notices.push(text);
    const reconnect = { attempts: 1, delay: 0, patience: 1 };
    const source = await openSource(server.url, { backend, queue: 1000, reconnect, onNotice, maxFrames: length + 10 });
    expect((await drained(source)).frames).toHaveLength(length + 10);
    expect(notices[0]).toMatch(/\(no picture came for 1 s\)/);
  });

  test('with a picture now and then drops the oldest and counts it', async () => {
    const server = await serveStream(await counting(backend));
    const source = await openSource(server.url, { backend, queue: 3, reconnect: { attempts: 0 } });
    for (let waited = 0; source.dropped < length - 3 && waited < 200; waited++)
      await new Promise((go) => setTimeout(go, 20));
    const { frames } = await drained(source);
    expect(frames.map(({ index }) => index)).toEqual([38, 39, 40]);
    expect(source.dropped).toBe(37);
  });

  test('that stays away can be closed and aborted meanwhile', async () => {
    for (const end of ['close', 'abort']) {
      const server = await serveStream(await counting(backend), {
        accept: (request) => request <= connections[backend],
      });
      const controller = new AbortController();
      const reconnect = { delay: 3600, maxDelay: 3600 };
      await new Promise<void>((resolve, reject) => {
        const onNotice = () => resolve();
        openSource(server.url, { backend, signal: controller.signal, queue: 1000, reconnect, onNotice }).then(
          (source) => controller.signal.addEventListener('close', () => void source.close()),
          reject,
        );
      });
      if (end === 'close') controller.signal.dispatchEvent(new Event('close'));
      else controller.abort();
    }
  });

  test('over RTSP', async () => {
    const url = await serveRtsp(await counting(backend), 2 * connections[backend]);
    const notices: string[] = [];
    const onNotice = (text: string) => void notices.push(text);
    const options = { backend, queue: 1000, reconnect: { attempts: 1, delay: 0.01 }, onNotice };
    const source = await openSource(url.replace('//', '//user:secret@'), options);
    expect(source).toMatchObject({ live: true, kind: 'url', frameCount: null, width: 64, height: 48 });
    const { frames, failure } = await drained(source);
    // The last picture of a connection may lack its end, which RTP does not mark.
    expect(frames.length).toBeGreaterThanOrEqual(2 * (length - 1));
    expect(frames.slice(0, 30).map(({ level }, i) => Math.abs(level - levelOf(i + 1)) <= 3)).not.toContain(false);
    expect(source.reconnects).toBe(1);
    expect(failure).toMatchObject({ name: 'FairmotError' });
    expect([...notices, String(failure), ...source.warnings].join()).not.toContain('secret');
  });

  test('as MJPEG in one HTTP answer', async () => {
    const path = join(folder, 'live.mjpeg');
    const pictures = Array.from({ length: 20 }, (_, i) => multipart(levelOf(i + 1)));
    writeFileSync(path, Buffer.concat(await Promise.all(pictures)));
    const server = await serveStream(path, { type: 'multipart/x-mixed-replace; boundary=next' });
    const source = await openSource(server.url, { backend, queue: 1000, reconnect: { attempts: 0 } });
    expect(source).toMatchObject({ live: true, width: 64, height: 48 });
    const { frames } = await drained(source);
    expect(frames.length).toBeGreaterThanOrEqual(19);
    for (const { index, level } of frames) expect(Math.abs(level - levelOf(index))).toBeLessThanOrEqual(3);
  });
});

describeBackends('a capture device of FFmpeg', (backend) => {
  test('gives live pictures', async () => {
    // The generator of FFmpeg's own test pictures is opened as cameras are: a device by its name.
    const address = { format: 'lavfi', url: 'color=gray:size=64x48:rate=200' };
    const options = { kind: 'camera', live: true, name: 'a generator' } as const;
    const reader = await (backend === 'node-av' ? NodeAvReader : FfmpegReader).open(address, options);
    expect(reader).toMatchObject({ kind: 'camera', live: true, total: null, width: 64, height: 48, frameRate: 200 });
    for (let index = 1; index <= 5; index++) expect(await reader.next()).toMatchObject({ index });
    await reader.close();
  });
});

describeBackends('a live stream that never begins', (backend) => {
  test('is given up in words', async () => {
    const server = await serveFile(await counting(backend));
    const opening = openSource(`${server}/silent`, { backend, reconnect: { patience: 0.2 } });
    await expect(opening).rejects.toMatchObject({
      name: 'FairmotError',
      message: expect.stringMatching(/^Expected http:\S+ to answer within 0.2 s but received nothing$/),
    });
  });
});

describeBackends('a file over HTTP', (backend) => {
  test('with a length is no live stream; one without can be told to wait', async () => {
    const path = await counting(backend);
    const file = await openSource(`${await serveFile(path)}/film.mp4`, { backend });
    expect(file.live).toBe(false);
    await file.close();
    const { url } = await serveStream(path, { finish: (response) => response.end() });
    const source = await openSource(url, { backend, live: false });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await drained(source)).frames).toHaveLength(length);
    expect(source.dropped).toBe(0);
  });
});

test('reconnecting is checked before anything is opened', async () => {
  const opening = openSource('http://127.0.0.1:9/', { reconnect: { attempts: -1 } });
  await expect(opening).rejects.toThrow(
    'Expected a whole number from 0, or Infinity for reconnect.attempts but received -1',
  );
});

test('addresses are shown without user and password', () => {
  expect(withoutPassword('rtsp://admin:p@ss@10.0.0.2:554/a?b=1')).toBe('rtsp://10.0.0.2:554/a?b=1');
  expect(withoutPassword('http://host/path@2x.jpg')).toBe('http://host/path@2x.jpg');
  expect(withoutPassword('frames/*.jpg')).toBe('frames/*.jpg');
});
