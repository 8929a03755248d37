import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberText } from '../src/number-text.js';
import { extent, linearScale, logScale } from '../src/scale.js';

const finite = fc.double({ min: -1e7, max: 1e7, noNaN: true });

describe('linearScale', () => {
  it('has ascending, evenly spaced ticks with distinct labels, and holds every value in its pixels', () => {
    fc.assert(
      fc.property(
        finite,
        fc.double({ min: 1e-3, max: 1e7, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (low, span, count) => {
          const high = low + span;
          const scale = linearScale([low, high], [10, 300], count);
          const { ticks } = scale;
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(2 * count + 3);
          for (const value of [low, (low + high) / 2, high]) {
            expect(scale(value)).toBeGreaterThanOrEqual(10 - 1e-3);
            expect(scale(value)).toBeLessThanOrEqual(300 + 1e-3);
          }
          expect(scale(ticks[0] ?? 0)).toBeCloseTo(10, 3);
          expect(scale(ticks.at(-1) ?? 0)).toBeCloseTo(300, 3);
        },
      ),
    );
  });

  it('reads 0 to 8 in steps of 2', () => {
    const scale = linearScale([0, 7.3], [100, 0], 5);
    expect(scale.ticks).toEqual([0, 2, 4, 6, 8]);
    expect(scale.ticks.map(scale.text)).toEqual(['0', '2', '4', '6', '8']);
    expect(scale(4)).toBe(50);
  });

  it('takes a single value, and none', () => {
    expect(Number.isFinite(linearScale([3, 3], [0, 100], 5)(3))).toBe(true);
    expect(extent([Number.NaN, Number.POSITIVE_INFINITY])).toEqual([0, 1]);
    expect(extent([2, Number.NaN, -1])).toEqual([-1, 2]);
  });
});

describe('logScale', () => {
  it('gives each power of ten the same room', () => {
    const scale = logScale([0.02, 40], [0, 400]);
    expect(scale.ticks.map(scale.text)).toEqual(['0.01', '0.1', '1', '10', '100']);
    expect(scale(0.1)).toBeCloseTo(100);
    expect(scale(100)).toBeCloseTo(400);
    expect(scale(0)).toBe(0);
  });
});

describe('numberText', () => {
  it.each([
    [0, '0'],
    [1234567, '1,234,567'],
    [1234.56, '1,235'],
    [98.314, '98.31'],
    [0.042184, '0.0422'],
    [0.0000421, '4.21e-5'],
    [-3.25, '-3.25'],
    [Number.NaN, '-'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('writes %d as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
