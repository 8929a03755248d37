import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floatsFromHalves, halvesFromFloats } from '../../src/index.js';

const every = Uint16Array.from({ length: 65536 }, (_, i) => i);
const finite = every.filter((half) => (half & 0x7c00) !== 0x7c00);

/** Value of a half by the definition of binary16. */
function halfValue(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  return (half >> 15 ? -1 : 1) * (exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction);
}

/** Nearest finite half by search over all of them; between two equally near the one with an even last bit. */
const positive = finite.filter((half) => half < 0x8000);
function nearest(value: number): number {
  let low = 0;
  let high = positive.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (halfValue(positive[middle]!) <= Math.abs(value)) low = middle;
    else high = middle;
  }
  const [below, above] = [Math.abs(value) - halfValue(low), halfValue(high) - Math.abs(value)];
  const half = below < above || (below === above && low % 2 === 0) ? low : high;
  return half | (value < 0 || Object.is(value, -0) ? 0x8000 : 0);
}

describe('float16', () => {
  test('every finite half has its defined value, and comes back', () => {
    const floats = floatsFromHalves(finite);
    for (const [i, half] of finite.entries()) expect(floats[i]).toBe(halfValue(half));
    expect(halvesFromFloats(floats)).toEqual(finite);
  });

  test('rounds to the nearest, ties to even', () => {
    const floats = fc.float({ min: -65504, max: 65504, noNaN: true });
    const halfway = fc.nat({ max: 0x7bfe }).map((half) => (halfValue(half) + halfValue(half + 1)) / 2);
    const small = fc.float({ min: Math.fround(-1e-4), max: Math.fround(1e-4), noNaN: true });
    fc.assert(
      fc.property(fc.oneof(floats, halfway, small), (value) => {
        expect(halvesFromFloats(Float32Array.of(value))[0]).toBe(nearest(value));
      }),
      { numRuns: 3000 },
    );
  });

  test('goes to infinity from 65520 on and keeps NaN', () => {
    const halves = halvesFromFloats(Float32Array.of(65519.996, 65520, -1e30, Number.POSITIVE_INFINITY, Number.NaN));
    expect([...halves.subarray(0, 4)]).toEqual([0x7bff, 0x7c00, 0xfc00, 0x7c00]);
    expect(floatsFromHalves(halves)[4]).toBeNaN();
  });
});
