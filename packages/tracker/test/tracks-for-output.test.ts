import { describe, expect, test } from 'vitest';
import { tracksForOutput } from '../src/index.js';

const boxes = (...sizes: [number, number][]) => sizes.map(([w, h]) => ({ box: [0, 0, w, h] as const }));
const kept = (tracks: { box: readonly number[] }[]) => tracks.map(({ box }) => box.slice(2));

describe('tracksForOutput', () => {
  test('wants more than the smallest area and at most the largest aspect ratio', () => {
    const tracks = boxes([10, 10], [10, 10.1], [16, 10], [16.1, 10], [40, 100]);
    expect(kept(tracksForOutput(tracks))).toEqual([
      [10, 10.1],
      [16, 10],
      [40, 100],
    ]);
  });

  test('takes other limits', () => {
    const tracks = boxes([1, 1], [30, 10]);
    expect(kept(tracksForOutput(tracks, { minBoxArea: 0 }))).toEqual([[1, 1]]);
    expect(kept(tracksForOutput(tracks, { maxAspectRatio: 3 }))).toEqual([[30, 10]]);
  });
});
