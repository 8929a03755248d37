import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, shared, temporaryFolder } from '@trt-fairmot/testing';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openSource } from '../src/open-source.js';
import { describeBackends } from './support/backends.js';
import { film, levelOf, seen, seenFrame, writeCounting } from './support/film.js';

const folder = temporaryFolder();

describeBackends('the demo film', (backend) => {
  test('facts, numbers and times', async () => {
    const source = await openSource(film, { backend });
    expect(source).toMatchObject({ kind: 'video', backend, width: 768, height: 576, frameRate: 10, frameCount: 195 });
    const frames: { index: number; time: number }[] = [];
    for await (const { index, time } of source) frames.push({ index, time });
    expect(frames.map(({ index }) => index)).toEqual(Array.from({ length: 195 }, (_, i) => i + 1));
    for (const { index, time } of frames) expect(time).toBeCloseTo((index - 1) / 10, 9);
    expect(source.warnings).toEqual([]);
  });

  test('start, duration, stride and maxFrames give exactly frames of the full decode', async () => {
    const all = await seen(film, { backend });
    const cases = [
      { options: { start: 0.05, maxFrames: 3 }, first: 2, step: 1, count: 3 },
      { options: { start: 9.95, duration: 1 }, first: 101, step: 1, count: 10 },
      { options: { start: 10, stride: 3, duration: 2 }, first: 101, step: 3, count: 7 },
      { options: { start: 19.4 }, first: 195, step: 1, count: 1 },
      { options: { stride: 50 }, first: 1, step: 50, count: 4 },
      { options: { duration: 0.3 }, first: 1, step: 1, count: 3 },
    ];
    for (const { options, first, step, count } of cases) {
      const source = await openSource(film, { backend, ...options });
      expect(source.frameCount, JSON.stringify(options)).toBe(count);
      const frames = [];
      for await (const frame of source) frames.push(seenFrame(frame));
      const expected = Array.from({ length: count }, (_, i) => all[first - 1 + i * step]);
      expect(frames, JSON.stringify(options)).toEqual(expected);
      expect(source.warnings).toEqual([]);
    }
  });

  test('two sources at the same time do not disturb each other', async () => {
    const options = { backend, maxFrames: 12 };
    const alone = await seen(film, options);
    const [a, b] = await Promise.all([seen(film, options), seen(film, options)]);
    expect(a).toEqual(alone);
    expect(b).toEqual(alone);
  });

  test('start behind the end is an error', async () => {
    await expect(openSource(film, { backend, start: 19.5 })).rejects.toMatchObject({
      kind: 'input',
      message: `Expected frames from 19.5 s on in ${film} but received none`,
    });
  });
});

describeShared('the demo film against golden/network/frame.png', () => {
  describeBackends('first frame', (backend) => {
    test('same pixels, red first', async () => {
      const golden = await sharp(shared('golden', 'network', 'frame.png'))
        .removeAlpha()
        .raw()
        .toBuffer();
      for await (const frame of await openSource(film, { backend, maxFrames: 1 })) {
        let largest = 0;
        for (let i = 0; i < golden.length; i++) {
          largest = Math.max(largest, Math.abs((golden[i] as number) - (frame.data[i] as number)));
        }
        expect(largest).toBeLessThanOrEqual(2);
      }
    });
  });
});

describeBackends('seeking over many key pictures', (backend) => {
  test.each([
    ['mp4', 29.97],
    ['mkv', 29.97],
    ['avi', 12.5],
    ['ts', 25],
  ])('.%s at %d fps', async (extension, frameRate) => {
    const path = await writeCounting(join(folder, `${backend}.${extension}`), 420, { backend, frameRate });
    const all = await seen(path, { backend });
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 420 }, (_, i) => i + 1));
    for (const { index, level } of all) expect(Math.abs(level - levelOf(index))).toBeLessThanOrEqual(3);
    const exact = 300 / frameRate;
    for (const [start, index] of [
      [exact, 301],
      [exact - 0.4 / frameRate, 301],
      [exact + 0.4 / frameRate, 302],
      [12 / frameRate, 13],
    ] as const) {
      const frames = await seen(path, { backend, start, maxFrames: 2 });
      expect(frames, `start ${start}`).toEqual(all.slice(index - 1, index + 1));
    }
  });
});

describeBackends('damage', (backend) => {
  const bytes = readFileSync(film);

  test('a damaged middle: later frames come, and a warning', async () => {
    const path = join(folder, `damaged-${backend}.mp4`);
    const damaged = Buffer.from(bytes);
    for (let i = 500_000; i < 560_000; i++) damaged[i] = (i * 7919) % 251;
    writeFileSync(path, damaged);
    const source = await openSource(path, { backend });
    const indices: number[] = [];
    for await (const { index } of source) indices.push(index);
    expect(indices.length).toBeGreaterThan(150);
    expect(indices.length).toBeLessThanOrEqual(195);
    if (indices.length < 195) expect(source.warnings.join()).toMatch(/damaged|declares 195|problem/);
  });

  test('cut short: the frames before come, and a warning', async () => {
    const whole = await writeCounting(join(folder, `whole-${backend}.avi`), 100, { backend });
    const path = join(folder, `cut-${backend}.avi`);
    const complete = readFileSync(whole);
    writeFileSync(path, complete.subarray(0, Math.round(complete.length * 0.5)));
    const source = await openSource(path, { backend });
    let count = 0;
    for await (const _ of source) count++;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(100);
    expect(source.warnings.join()).toMatch(/declares 100|broke off/);
  });

  test('an mp4 without its index is an error', async () => {
    const path = join(folder, `headless-${backend}.mp4`);
    writeFileSync(path, bytes.subarray(0, 1_200_000));
    await expect(openSource(path, { backend })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(
        /^Expected .* but received "Invalid data found when processing input" from FFmpeg$/,
      ),
      hint: expect.stringContaining('incomplete'),
    });
  });
});

describeBackends('what is no video', (backend) => {
  test('a text file', async () => {
    const path = join(folder, 'text.mp4');
    writeFileSync(path, 'no video at all\n'.repeat(100));
    await expect(openSource(path, { backend })).rejects.toMatchObject({ name: 'FairmotError', kind: 'input' });
  });

  test('an audio file', async () => {
    const path = join(folder, 'tone.wav');
    writeFileSync(path, silence());
    await expect(openSource(path, { backend })).rejects.toMatchObject({
      message: `Expected a video stream in ${path} but received audio only`,
    });
  });
});

describe('openSource', () => {
  test('a missing file and an empty one', async () => {
    await expect(openSource(join(folder, 'absent.mp4'))).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('does not exist'),
    });
    const path = join(folder, 'empty.mp4');
    writeFileSync(path, '');
    await expect(openSource(path)).rejects.toMatchObject({
      message: `Expected frames in ${path} but received an empty file`,
    });
  });

  test('options out of range are usage errors', async () => {
    for (const options of [{ stride: 0 }, { start: -1 }, { maxFrames: 0.5 }, { duration: 0 }, { threads: -1 }]) {
      await expect(openSource(film, options), JSON.stringify(options)).rejects.toMatchObject({ kind: 'usage' });
    }
  });
});

/** A WAV file: a tenth of a second of silence. */
function silence(): Buffer {
  const samples = Buffer.alloc(1600);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0).toString();
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
