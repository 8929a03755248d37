import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Spaced } from '../../src/report/spaced.js';

test('items stay evenly spaced from the first on, and never more than the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 1000 }), (limit, length) => {
      const kept = new Spaced<number>(limit);
      for (let i = 0; i < length; i++) if (kept.wants()) kept.add(i);
      const { items } = kept;
      const step = (items[1] ?? 1) - (items[0] ?? 0);
      expect(items).toEqual(Array.from({ length: items.length }, (_, index) => index * step));
      expect(items.length).toBeLessThanOrEqual(limit);
      // The next one would be beyond the series: nothing at its end is left out.
      expect(items.length * step).toBeGreaterThanOrEqual(length);
      if (length > limit) expect(items.length).toBeGreaterThanOrEqual(Math.floor(limit / 2));
    }),
  );
});
