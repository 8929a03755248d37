import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationMethods, rangeFromHistogram } from '../../src/quantization/calibration-method.js';
import { Histogram } from '../../src/quantization/histogram.js';
import { randomFloats } from '../support/models.js';

const histogramOf = (values: Float32Array) => {
  const histogram = new Histogram();
  histogram.add(values);
  return histogram;
};
/** About normal: sums of twelve uniform numbers. */
const normal = (length: number, seed: number) => {
  const uniform = randomFloats(12 * length, seed, 0.5);
  return Float32Array.from({ length }, (_, i) => uniform.subarray(12 * i, 12 * i + 12).reduce((sum, u) => sum + u, 0));
};
const withOutlier = (values: Float32Array, outlier: number) => Float32Array.of(...values, outlier);

describe('rangeFromHistogram', () => {
  test('min-max is the largest magnitude', () => {
    expect(rangeFromHistogram(histogramOf(Float32Array.of(0.5, -3.25, 1)), 'min-max')).toBe(3.25);
  });

  test('percentile is that of the sorted magnitudes, zeros among them, to one bin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (seed, percentile) => {
          const numbers = randomFloats(500, seed, 7).map((value, i) => (i % 3 ? value : 0));
          const sorted = numbers.map(Math.abs).sort();
          const histogram = histogramOf(numbers);
          const exact = sorted[Math.max(0, Math.ceil((percentile / 100) * 500 - 1e-9) - 1)] as number;
          const range = rangeFromHistogram(histogram, 'percentile', percentile);
          expect(range).toBeGreaterThanOrEqual(exact);
          expect(range).toBeLessThanOrEqual(exact + histogram.width);
        },
      ),
    );
  });

  test('mse errs no more than any range of a search over the values themselves', () => {
    for (const seed of [1, 2, 3]) {
      const numbers = withOutlier(normal(4000, seed), 9);
      const error = (range: number) => {
        const scale = range / 127;
        return numbers.reduce((sum, value) => {
          const level = Math.max(-127, Math.min(127, Math.round(value / scale)));
          return sum + (value - level * scale) ** 2;
        }, 0);
      };
      const best = Math.min(...Array.from({ length: 300 }, (_, i) => error((9 * (i + 1)) / 300)));
      expect(error(rangeFromHistogram(histogramOf(numbers), 'mse'))).toBeLessThan(1.05 * best);
    }
  });

  test('entropy keeps an even distribution whole and cuts a lone outlier off', () => {
    const even = Float32Array.from({ length: 40960 }, (_, i) => (i + 0.5) / 40960);
    expect(rangeFromHistogram(histogramOf(even), 'entropy')).toBeGreaterThan(0.95);
    const cut = rangeFromHistogram(histogramOf(withOutlier(normal(20000, 5), 40)), 'entropy');
    expect(cut).toBeLessThan(8);
    expect(cut).toBeGreaterThan(2);
  });

  test.each(calibrationMethods)('%s grows with the values', (method) => {
    const numbers = withOutlier(normal(3000, 9), 11);
    const range = rangeFromHistogram(histogramOf(numbers), method);
    expect(rangeFromHistogram(histogramOf(numbers.map((value) => value * 8)), method)).toBeCloseTo(8 * range, 5);
    expect(range).toBeGreaterThan(0);
    expect(range).toBeLessThanOrEqual(11);
  });

  test.each(calibrationMethods)('%s of zeros is 0', (method) => {
    expect(rangeFromHistogram(histogramOf(new Float32Array(9)), method)).toBe(0);
  });
});
