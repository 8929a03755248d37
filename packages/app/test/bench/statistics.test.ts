import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statisticsOf } from '../../src/bench/statistics.js';

test('quantiles are values of the series that so large a share does not exceed', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
      const statistics = statisticsOf(values);
      const share = (limit: number) => values.filter((value) => value <= limit).length / values.length;
      for (const [name, part] of [
        ['median', 0.5],
        ['p90', 0.9],
        ['p99', 0.99],
      ] as const) {
        expect(values).toContain(statistics[name]);
        expect(share(statistics[name])).toBeGreaterThanOrEqual(part - 1e-9);
        const below = values.filter((value) => value < statistics[name]).length / values.length;
        expect(below).toBeLessThan(part);
      }
      expect(statistics.min).toBe(Math.min(...values));
      expect(statistics.max).toBe(Math.max(...values));
      expect(statistics.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
      expect(statistics.count).toBe(values.length);
    }),
  );
});

test('an empty series is refused', () => {
  expect(() => statisticsOf([])).toThrow('Expected at least one value but received none');
});
