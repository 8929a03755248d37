import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWhere } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { openSource } from '../src/open-source.js';
import { openVideoSink } from '../src/video-sink.js';
import { describeBackends } from './support/backends.js';
import { levelOf, pixel, plain, quarters, seen, writeCounting } from './support/film.js';

const folder = temporaryFolder();
const noDevFull = existsSync('/dev/full') ? null : 'no /dev/full';

describeBackends('openVideoSink', (backend) => {
  test.each(['mp4', 'mov', 'mkv', 'avi', 'webm'])('.%s: frame count, order and rate survive', async (extension) => {
    const path = await writeCounting(join(folder, `count-${backend}.${extension}`), 40, { backend, frameRate: 12.5 });
    const source = await openSource(path, { backend });
    expect(source).toMatchObject({ width: 64, height: 48 });
    expect(source.frameRate).toBeCloseTo(12.5, 3);
    await source.close();
    const frames = await seen(path, { backend });
    expect(frames).toHaveLength(40);
    for (const { index, time, level } of frames) {
      expect(Math.abs(level - levelOf(index))).toBeLessThanOrEqual(extension === 'webm' ? 6 : 3);
      expect(time).toBeCloseTo((index - 1) / 12.5, 2);
    }
  });

  test('colours: red stays red', async () => {
    const path = join(folder, `quarters-${backend}.mp4`);
    const sink = await openVideoSink(path, { width: 128, height: 96, frameRate: 10, backend, crf: 5 });
    for (let i = 0; i < 5; i++) await sink.write(quarters(128, 96));
    await sink.close();
    for await (const frame of await openSource(path, { backend, maxFrames: 1 })) {
      for (const [x, y] of [
        [30, 20],
        [100, 20],
        [30, 70],
        [100, 70],
      ] as const) {
        const [expected, received] = [pixel(quarters(128, 96), x, y), pixel(frame, x, y)];
        for (const c of [0, 1, 2] as const) expect(Math.abs(expected[c] - received[c])).toBeLessThan(8);
      }
    }
  });

  test('an odd size is padded to even by repeating the last column and row', async () => {
    const path = join(folder, `odd-${backend}.mp4`);
    const sink = await openVideoSink(path, { width: 63, height: 47, frameRate: 10, backend });
    for (let i = 0; i < 3; i++) await sink.write(plain(63, 47, [200, 200, 200]));
    await sink.close();
    for await (const frame of await openSource(path, { backend })) {
      expect([frame.width, frame.height]).toEqual([64, 48]);
      expect(Math.abs(pixel(frame, 63, 47)[1] - 200)).toBeLessThan(4);
    }
  });

  test('the image may be drawn over as soon as write resolves', async () => {
    const path = join(folder, `reuse-${backend}.mp4`);
    const sink = await openVideoSink(path, { width: 64, height: 48, frameRate: 10, backend });
    const image = plain(64, 48, [0, 0, 0]);
    for (let n = 1; n <= 10; n++) {
      image.data.fill(levelOf(n));
      await sink.write(image);
      image.data.fill(255);
    }
    await sink.close();
    for (const { index, level } of await seen(path, { backend })) {
      expect(Math.abs(level - levelOf(index))).toBeLessThanOrEqual(3);
    }
  });

  test('written beside the target and renamed on close; abort leaves nothing', async () => {
    const inner = join(folder, `new-${backend}`, 'deep');
    const path = join(inner, 'out.mp4');
    const sink = await openVideoSink(path, { width: 64, height: 48, frameRate: 10, backend });
    await sink.write(plain(64, 48, [9, 9, 9]));
    expect(existsSync(path)).toBe(false);
    await sink.close();
    expect(readdirSync(inner)).toEqual(['out.mp4']);

    const other = await openVideoSink(path, { width: 64, height: 48, frameRate: 10, backend, overwrite: true });
    const before = readFileSync(path);
    await other.write(plain(64, 48, [90, 9, 9]));
    await other.abort();
    await other.close();
    expect(readdirSync(inner)).toEqual(['out.mp4']);
    expect(readFileSync(path).equals(before)).toBe(true);
    await expect(openVideoSink(path, { width: 64, height: 48, frameRate: 10, backend })).rejects.toMatchObject({
      kind: 'usage',
      hint: expect.stringContaining('--overwrite'),
    });
  });

  test('without an image no file is left', async () => {
    const path = join(folder, `none-${backend}`, 'none.mp4');
    const sink = await openVideoSink(path, { width: 64, height: 48, frameRate: 10, backend });
    await sink.close();
    expect(readdirSync(join(folder, `none-${backend}`))).toEqual([]);
  });

  test('two sinks at the same time', async () => {
    const paths = [1, 2].map((n) => join(folder, `twin-${backend}-${n}.mp4`));
    await Promise.all(paths.map((path) => writeCounting(path, 25, { backend })));
    const [one, two] = await Promise.all(paths.map((path) => seen(path, { backend })));
    expect(one).toHaveLength(25);
    expect(one).toEqual(two);
  });

  test('an image of another size is refused, and the file can still be finished', async () => {
    const path = join(folder, `size-${backend}.mp4`);
    const sink = await openVideoSink(path, { width: 64, height: 48, frameRate: 10, backend });
    await sink.write(plain(64, 48, [9, 9, 9]));
    await expect(sink.write(plain(64, 40, [9, 9, 9]))).rejects.toMatchObject({
      message: `Expected images of 64x48 for ${path} but received 64x40`,
    });
    await sink.close();
    expect(await seen(path, { backend })).toHaveLength(1);
  });

  testWhere(noDevFull, 'a full disk is told, and nothing stays', async () => {
    const path = join(folder, `full-${backend}.mkv`);
    symlinkSync('/dev/full', path);
    const sink = await openVideoSink(path, { width: 640, height: 480, frameRate: 10, backend });
    const noise = plain(640, 480, [0, 0, 0]);
    const writing = async () => {
      for (let n = 0; n < 30; n++) {
        for (let i = 0; i < noise.data.length; i++) noise.data[i] = (i * (n + 7919)) % 251;
        await sink.write(noise);
      }
      await sink.close();
    };
    await expect(writing()).rejects.toMatchObject({
      name: 'FairmotError',
      message: `Expected to write ${path} but received: the disk is full`,
    });
    await sink.abort();
  });
});

describe('openVideoSink options', () => {
  const size = { width: 64, height: 48, frameRate: 10 };

  test.each([
    ['out.txt', size, /video name ending in/],
    ['out.mp4', { ...size, width: 0 }, /whole pixels/],
    ['out.mp4', { ...size, frameRate: 0 }, /frame rate/],
    ['out.mp4', { ...size, crf: 99 }, /crf/],
    ['out.mp4', { ...size, preset: 'quick' }, /preset/],
  ])('%s %o', async (name, options, message) => {
    await expect(openVideoSink(join(folder, name), options)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });

  test('a folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(openVideoSink(join(file, 'out.mp4'), size)).rejects.toMatchObject({
      message: expect.stringContaining('a part of the path is a file'),
    });
  });
});
