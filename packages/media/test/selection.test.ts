import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Selection } from '../src/selection.js';

test('count agrees with asking frame by frame', () => {
  const options = fc.record({
    start: fc.integer({ min: 0, max: 300 }).map((n) => n / 10),
    duration: fc.oneof(
      fc.constant(Number.POSITIVE_INFINITY),
      fc.integer({ min: 1, max: 200 }).map((n) => n / 10),
    ),
    stride: fc.integer({ min: 1, max: 9 }),
    maxFrames: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 40 })),
  });
  const rate = fc.constantFrom(5, 10, 12.5, 25, 30000 / 1001, 60);
  fc.assert(
    fc.property(options, rate, fc.integer({ min: 0, max: 900 }), (chosen, frameRate, total) => {
      const selection = new Selection(chosen);
      let taken = 0;
      for (let index = 1; index <= total && taken < chosen.maxFrames; index++) {
        const verdict = selection.verdict((index - 1) / frameRate, frameRate);
        if (verdict === 'end') break;
        if (verdict === 'take') taken++;
      }
      expect(new Selection(chosen).count(total, frameRate)).toBe(taken);
    }),
  );
});

test('an unknown total gives an unknown count', () => {
  expect(new Selection({}).count(null, 25)).toBeNull();
  expect(new Selection({ start: 3 }).count(null, 25)).toBeNull();
});

test('a time rounded to milliseconds still counts as the frame it is', () => {
  const rate = 30000 / 1001;
  for (let frame = 1; frame < 400; frame++) {
    const stored = Math.round((frame / rate) * 1000) / 1000;
    expect(new Selection({ start: frame / rate }).verdict(stored, rate)).toBe('take');
    const before = Math.round(((frame - 1) / rate) * 1000) / 1000;
    expect(new Selection({ start: frame / rate }).verdict(before, rate)).toBe('skip');
  }
});
