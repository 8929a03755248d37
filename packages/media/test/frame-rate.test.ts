import { expect, test } from 'vitest';
import { rationalFromFrameRate } from '../src/frame-rate.js';

test.each([
  [25, 25, 1],
  [12.5, 25, 2],
  [10, 10, 1],
  [29.97, 30000, 1001],
  [23.976, 24000, 1001],
  [59.94, 60000, 1001],
  [30000 / 1001, 30000, 1001],
  [30, 30, 1],
  [29.5, 59, 2],
  [0.5, 1, 2],
  [14.985, 2997, 200],
])('%d', (frameRate, num, den) => {
  expect(rationalFromFrameRate(frameRate)).toEqual({ num, den });
});
