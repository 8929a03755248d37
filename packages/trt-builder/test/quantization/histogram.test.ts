import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram, histogramBins } from '../../src/quantization/histogram.js';

const values = fc.array(
  fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e6), max: Math.fround(1e6) }),
  { minLength: 1, maxLength: 300 },
);
const histogramOf = (...batches: number[][]) => {
  const histogram = new Histogram();
  for (const batch of batches) histogram.add(Float32Array.from(batch));
  return histogram;
};

describe('Histogram', () => {
  test('counts what a count by definition counts, in the narrowest bins of a power of two', () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const { max, width, zeros, counts } = histogramOf(numbers).record();
        const magnitudes = [...Float32Array.from(numbers, Math.abs)].filter((value) => value > 0);
        expect(zeros).toBe(numbers.length - magnitudes.length);
        expect(max).toBe(Math.max(0, ...magnitudes));
        if (max === 0) return;
        expect(Number.isInteger(Math.log2(width))).toBe(true);
        expect(max).toBeLessThan(width * histogramBins);
        expect(max).toBeGreaterThanOrEqual((width * histogramBins) / 2);
        const expected = new Array(counts.length).fill(0);
        for (const value of magnitudes) expected[Math.floor(value / width)] += 1;
        expect(counts).toEqual(expected);
      }),
    );
  });

  test('does not depend on the order and division of the values, and adds up', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const together = histogramOf([...a, ...b]).record();
        expect(histogramOf(a, b).record()).toEqual(together);
        expect(histogramOf(b, a).record()).toEqual(together);
        expect(Histogram.sum([histogramOf(a), histogramOf(b)]).record()).toEqual(together);
        const resumed = Histogram.fromRecord(JSON.parse(JSON.stringify(histogramOf(a).record())));
        resumed.add(Float32Array.from(b));
        expect(resumed.record()).toEqual(together);
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%f is an error', (value) => {
    expect(() => histogramOf([1, value])).toThrow('Expected finite activations but received infinity or NaN');
  });
});
