import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairmotError, letterboxFromSize } from '../src/index.js';
import { letterboxCases } from './letterbox-cases.js';

const size = fc.record({ width: fc.integer({ min: 1, max: 4096 }), height: fc.integer({ min: 1, max: 4096 }) });

describe('letterboxFromSize', () => {
  test.each(letterboxCases)("is FairMOT's: $source in $input", ({ source, input, ratio, resized, pad }) => {
    expect(letterboxFromSize(source, input)).toEqual({ source, input, ratio, resized, pad });
  });

  test('fills the input exactly, with even borders', () => {
    fc.assert(
      fc.property(size, size, (source, input) => {
        fc.pre(
          Math.max(source.width / source.height, source.height / source.width) < 30 &&
            Math.min(input.width, input.height) > 60,
        );
        fc.pre(input.width / input.height < 8 && input.height / input.width < 8);
        const { resized, pad } = letterboxFromSize(source, input);
        expect(pad.left + resized.width + pad.right).toBe(input.width);
        expect(pad.top + resized.height + pad.bottom).toBe(input.height);
        expect(Math.min(pad.left, pad.top)).toBeGreaterThanOrEqual(0);
        expect(pad.right - pad.left).toBeLessThanOrEqual(1);
        expect(pad.bottom - pad.top).toBeLessThanOrEqual(1);
        expect(pad.left === 0 || pad.top === 0).toBe(true);
      }),
    );
  });

  test.each([
    [{ width: 0, height: 10 }, 'Expected an image of positive whole width and height but received 0x10'],
    [{ width: 10.5, height: 10 }, 'Expected an image of positive whole width and height but received 10.5x10'],
    [
      { width: 4000, height: 1 },
      'Expected an image that keeps at least one row and column in 64x32 but received 4000x1',
    ],
  ])('refuses %o', (source, message) => {
    const make = () => letterboxFromSize(source, { width: 64, height: 32 });
    expect(make).toThrow(FairmotError);
    expect(make).toThrow(message);
  });
});
