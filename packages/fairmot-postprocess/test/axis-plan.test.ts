import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enlargingAxis, shrinkingAxis } from '../src/axis-plan.js';
import { letterboxFromSize, resamplingFromLetterbox } from '../src/index.js';

const pair = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }));

describe('shrinkingAxis', () => {
  test('weighs each source sample by what an output cell covers of it', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [source, size] = [Math.max(a, b), Math.min(a, b)];
        const { taps, first, weights, total } = shrinkingAxis(source, size);
        expect(weights.length).toBe(taps);
        for (let i = 0; i < size; i++) {
          expect(first[i]! + taps).toBeLessThanOrEqual(source);
          const [begin, end] = [(i * source) / size, ((i + 1) * source) / size];
          for (let s = 0; s < source; s++) {
            const covered = Math.max(0, Math.min(end, s + 1) - Math.max(begin, s));
            const weighed = ((weights[s - first[i]!]?.[i] ?? 0) / total) * (source / size);
            if (covered < 1e-3 + 1e-9 && weighed === 0) continue; // a sliver, left out as in OpenCV
            if (Math.abs(weighed - covered) > 1e-9)
              expect.fail(`${source} -> ${size}: ${weighed} of sample ${s} in ${i}, not ${covered}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('enlargingAxis', () => {
  test('has two weights that add up to 2048', () => {
    fc.assert(
      fc.property(pair, ([source, size]) => {
        const { first, weights } = enlargingAxis(source, size);
        for (let i = 0; i < size; i++) {
          expect(weights[0]![i]! + weights[1]![i]!).toBe(2048);
          expect(first[i]).toBeGreaterThanOrEqual(0);
          expect(first[i]).toBeLessThan(source);
        }
      }),
    );
  });
});

describe('resamplingFromLetterbox', () => {
  test('enlarges as soon as an axis grows', () => {
    const input = { width: 64, height: 32 };
    const enlarges = (width: number, height: number) =>
      resamplingFromLetterbox(letterboxFromSize({ width, height }, input)).enlarges;
    expect([enlarges(64, 32), enlarges(128, 64), enlarges(63, 31), enlarges(30, 31)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});
