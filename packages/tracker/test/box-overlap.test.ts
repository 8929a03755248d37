import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlapDistance } from '../src/box-overlap.js';

const box = fc
  .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.nat(8), fc.nat(8))
  .map(([x, y, w, h]) => Float64Array.of(x, y, x + w, y + h));

/** IoU of boxes of whole pixels by counting them, the last column and row included. */
function countedDistance(a: Float64Array, b: Float64Array): number {
  const inside = ([x1, y1, x2, y2]: Float64Array, x: number, y: number) => x >= x1! && x <= x2! && y >= y1! && y <= y2!;
  let both = 0;
  let either = 0;
  for (let y = -10; y < 20; y++) {
    for (let x = -10; x < 20; x++) {
      const [inA, inB] = [inside(a, x, y), inside(b, x, y)];
      if (inA && inB) both += 1;
      if (inA || inB) either += 1;
    }
  }
  return 1 - both / either;
}

describe('overlapDistance', () => {
  test('counts pixels, the last ones included', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(overlapDistance(a, 0, b, 0, 1)).toBeCloseTo(countedDistance(a, b), 12);
      }),
    );
  });

  test('without the last pixels is the plain ratio of areas', () => {
    const grown = (b: Float64Array) => Float64Array.of(b[0]!, b[1]!, b[2]! + 1, b[3]! + 1);
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(overlapDistance(grown(a), 0, grown(b), 0, 0)).toBeCloseTo(countedDistance(a, b), 12);
      }),
    );
  });

  test('is 1 for boxes without area', () => {
    const line = Float64Array.of(5, 5, 5, 9);
    expect(overlapDistance(line, 0, line, 0, 0)).toBe(1);
  });
});
