import { letterboxFromSize, tensorFromImage } from '@trt-fairmot/fairmot-postprocess';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameBytes, geometryFromLetterbox, type PixelFormat } from '../src/letterbox-plan.js';
import type { NativeGeometry } from '../src/native-addon.js';

const input = { width: 64, height: 32 };

/** One channel of one output pixel as the CUDA kernel computes it. */
function level(geometry: NativeGeometry, data: Uint8Array, channel: number, x: number, y: number): number {
  const { columns, rows, width, height, enlarges } = geometry;
  const at = (column: number, row: number) => data[3 * (row * width + column) + channel]!;
  const weight = (axis: NativeGeometry['rows'], tap: number, i: number) => axis.weights[tap * axis.first.length + i]!;
  const [left, top] = [columns.first[x]!, rows.first[y]!];
  if (!enlarges) {
    let sum = 0;
    for (let v = 0; v < rows.taps; v++) {
      for (let u = 0; u < columns.taps; u++) sum += weight(rows, v, y) * weight(columns, u, x) * at(left + u, top + v);
    }
    const halves = columns.total === 2 && columns.taps === 2 && rows.total === 2 && rows.taps === 2;
    const mean = sum * (1 / (columns.total * rows.total)) + (halves ? 1e-3 : 0);
    const floor = Math.floor(mean);
    return mean - floor === 0.5 ? floor + (floor % 2) : Math.round(mean);
  }
  const across = (row: number) => {
    if (left === width - 1) return (2048 * at(left, row)) >> 4;
    return (weight(columns, 0, x) * at(left, row) + weight(columns, 1, x) * at(left + 1, row)) >> 4;
  };
  const upper = (weight(rows, 0, y) * across(top)) >> 16;
  const lower = (weight(rows, 1, y) * across(Math.min(top + 1, height - 1))) >> 16;
  return (upper + lower + 2) >> 2;
}

describe('geometryFromLetterbox', () => {
  test('gives the kernel what makes tensorFromImage out of a frame', () => {
    const sizes = fc.record({ width: fc.integer({ min: 2, max: 150 }), height: fc.integer({ min: 2, max: 90 }) });
    fc.assert(
      fc.property(sizes, fc.integer(), (size, seed) => {
        const data = Uint8Array.from(
          { length: 3 * size.width * size.height },
          (_, i) => Math.imul(i ^ seed, 2654435761) >>> 24,
        );
        const letterbox = letterboxFromSize(size, input);
        const geometry = geometryFromLetterbox(letterbox, 'rgb');
        const expected = tensorFromImage({ ...size, data }, letterbox);
        for (let i = 0; i < expected.length; i++) {
          const [x, y] = [
            (i % input.width) - geometry.left,
            (Math.floor(i / input.width) % input.height) - geometry.top,
          ];
          const inside = x >= 0 && y >= 0 && x < letterbox.resized.width && y < letterbox.resized.height;
          const actual = inside ? level(geometry, data, Math.floor(i / (input.width * input.height)), x, y) : 128;
          if (Math.fround(actual / 255) !== expected[i])
            expect.fail(`${size.width}x${size.height}: level ${actual} at ${i}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('keys differ by size and format', () => {
    const key = (width: number, format: PixelFormat) =>
      geometryFromLetterbox(letterboxFromSize({ width, height: 9 }, input), format).key;
    expect(new Set([key(8, 'rgb'), key(9, 'rgb'), key(8, 'bgr')]).size).toBe(3);
  });
});

describe('frameBytes', () => {
  test('counts chroma of odd sizes in full', () => {
    expect(frameBytes('rgb', { width: 5, height: 3 })).toBe(45);
    expect(frameBytes('nv12-bt709', { width: 1920, height: 1080 })).toBe(3110400);
    expect(frameBytes('nv12-bt601', { width: 5, height: 3 })).toBe(15 + 12);
  });

  test('refuses other formats by name', () => {
    expect(() => frameBytes('yuyv' as PixelFormat, { width: 2, height: 2 })).toThrow(/rgb, bgr, .* but received yuyv/);
  });
});
