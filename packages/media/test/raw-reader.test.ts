import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { PictureSource } from '../src/picture-source.js';
import { RawReader } from '../src/raw-reader.js';
import type { SourceOptions } from '../src/types.js';
import { pixel } from './support/film.js';

/** `count` frames of 4x2 pixels, frame n of R 10 n, G 100, B 200, cut into pieces of `piece` bytes. */
function stream(count: number, piece: number, extra = 0): Readable {
  const bytes = Buffer.alloc(count * 24 + extra);
  for (let i = 0; i < bytes.length; i++) bytes[i] = [10 * (Math.floor(i / 24) + 1), 100, 200][i % 3] as number;
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece));
  return Readable.from(pieces);
}

async function read(input: Readable, options: SourceOptions) {
  const raw = { width: 4, height: 2, frameRate: 10, ...options.raw };
  const source = await PictureSource.open(new RawReader(input, { ...options, raw }), options, 'standard input');
  const frames: { index: number; time: number; first: readonly number[] }[] = [];
  for await (const frame of source) {
    expect(frame.data).toHaveLength(24);
    frames.push({ index: frame.index, time: frame.time, first: pixel(frame, 3, 1) });
  }
  return { frames, warnings: source.warnings };
}

describe('raw frames', () => {
  test.each([1, 7, 24, 50, 1000])('in pieces of %d bytes', async (piece) => {
    const { frames, warnings } = await read(stream(5, piece), {});
    expect(frames).toEqual([1, 2, 3, 4, 5].map((n) => ({ index: n, time: (n - 1) / 10, first: [10 * n, 100, 200] })));
    expect(warnings).toEqual([]);
  });

  test('bgr24 has red and blue swapped', async () => {
    const { frames } = await read(stream(2, 24), { raw: { width: 4, height: 2, format: 'bgr24' } });
    expect(frames[1]?.first).toEqual([200, 100, 20]);
  });

  test('start, stride and maxFrames skip bytes', async () => {
    const { frames } = await read(stream(10, 13), { start: 0.3, stride: 3, maxFrames: 2 });
    expect(frames.map(({ index, first }) => [index, first[0]])).toEqual([
      [4, 40],
      [7, 70],
    ]);
  });

  test('a last frame cut short is left out, with a warning', async () => {
    const { frames, warnings } = await read(stream(2, 24, 5), {});
    expect(frames).toHaveLength(2);
    expect(warnings).toEqual(['Standard input ended inside frame 3: 5 of 24 bytes, left out']);
  });

  test('no frame at all is an error', async () => {
    await expect(read(stream(0, 24), {})).rejects.toMatchObject({ kind: 'input' });
    await expect(read(stream(0, 24, 5), {})).rejects.toMatchObject({ kind: 'input' });
  });

  test('a size is needed', () => {
    expect(() => new RawReader(stream(1, 24), {})).toThrow(/Expected the size of the raw frames/);
  });
});
