import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { filtersFromDisplayMatrix } from '../src/node-av-rotation.js';
import { openSource } from '../src/open-source.js';
import { openVideoSink } from '../src/video-sink.js';
import { describeBackends } from './support/backends.js';
import { pixel, quarters } from './support/film.js';

const folder = temporaryFolder();
const one = 0x10000;
type Matrix = readonly [a: number, b: number, c: number, d: number];

/** The display matrix as it lies in an MP4 track header, [a b u; c d v; x y w], big-endian. */
function matrixBytes([a, b, c, d]: Matrix, bigEndian: boolean): Buffer {
  const bytes = Buffer.alloc(36);
  [a, b, 0, c, d, 0, 0, 0, 0x4000_0000 / one].forEach((value, i) => {
    if (bigEndian) bytes.writeInt32BE(value * one, i * 4);
    else bytes.writeInt32LE(value * one, i * 4);
  });
  return bytes;
}

/** Writes a film of coloured quarters whose track header asks for a rotation. */
async function writeTurned(path: string, matrix: Matrix): Promise<void> {
  const sink = await openVideoSink(path, { width: 64, height: 32, frameRate: 10, crf: 5, overwrite: true });
  for (let i = 0; i < 4; i++) await sink.write(quarters(64, 32));
  await sink.close();
  const bytes = readFileSync(path);
  matrixBytes(matrix, true).copy(bytes, bytes.indexOf('tkhd') + 4 + 40);
  writeFileSync(path, bytes);
}

const colors = ['red', 'green', 'blue', 'white'];

function colorAt(image: Parameters<typeof pixel>[0], x: number, y: number): string {
  const [r, g, b] = pixel(image, x, y).map((value) => value > 128);
  return colors[r && g ? 3 : r ? 0 : g ? 1 : b ? 2 : 9] ?? 'black';
}

// Where the quarters red green / blue white go, by ISO 14496-12: x' = a x + c y, y' = b x + d y.
const cases: readonly (readonly [name: string, matrix: Matrix, size: readonly number[], quarters: string])[] = [
  ['upright', [1, 0, 0, 1], [64, 32], 'red green blue white'],
  ['90 clockwise', [0, 1, -1, 0], [32, 64], 'blue red white green'],
  ['180', [-1, 0, 0, -1], [64, 32], 'white blue green red'],
  ['90 counterclockwise', [0, -1, 1, 0], [32, 64], 'green white red blue'],
];

describeBackends('a film held sideways comes out upright', (backend) => {
  test.each(cases)('%s', async (name, matrix, size, expected) => {
    const path = join(folder, `${backend}-${name.replaceAll(' ', '-')}.mp4`);
    await writeTurned(path, matrix);
    const source = await openSource(path, { backend });
    expect([source.width, source.height]).toEqual(size);
    let count = 0;
    for await (const frame of source) {
      const [left, right] = [frame.width >> 2, (3 * frame.width) >> 2];
      const [top, bottom] = [frame.height >> 2, (3 * frame.height) >> 2];
      const seen = [
        [left, top],
        [right, top],
        [left, bottom],
        [right, bottom],
      ].map(([x, y]) => colorAt(frame, x as number, y as number));
      expect(seen.join(' ')).toBe(expected);
      count++;
    }
    expect(count).toBe(4);
  });
});

describe('filtersFromDisplayMatrix', () => {
  const all: Matrix[] = [
    [1, 0, 0, 1],
    [-1, 0, 0, 1],
    [1, 0, 0, -1],
    [-1, 0, 0, -1],
    [0, 1, 1, 0],
    [0, 1, -1, 0],
    [0, -1, 1, 0],
    [0, -1, -1, 0],
  ];

  test.each(all)('%d %d %d %d: the filters do what the matrix says', (...matrix) => {
    const filters = filtersFromDisplayMatrix(matrixBytes(matrix, false))?.split(',') ?? [];
    const [a, b, c, d] = matrix;
    for (const [x, y] of [
      [1, 0],
      [0, 1],
      [3, -2],
    ] as const) {
      let [px, py] = [x as number, y as number];
      for (const filter of filters) {
        if (filter === 'transpose=cclock_flip') [px, py] = [py, px];
        else if (filter === 'hflip') px = -px;
        else if (filter === 'vflip') py = -py;
        else throw new Error(`unexpected filter ${filter}`);
      }
      expect([px + 0, py + 0]).toEqual([a * x + c * y + 0, b * x + d * y + 0]);
    }
  });

  test('no matrix, no filters', () => {
    expect(filtersFromDisplayMatrix(null)).toBeNull();
    expect(filtersFromDisplayMatrix(matrixBytes([1, 0, 0, 1], false))).toBeNull();
  });
});
