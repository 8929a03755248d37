import { describe, expect, test } from 'vitest';
import { detectionsAbove, detectionsFromHeads } from '../src/index.js';
import { madeUpHeads } from './vectors.js';

describe('detectionsAbove', () => {
  const detections = detectionsFromHeads(madeUpHeads(24, 16));

  test('keeps whole rows that score strictly above', () => {
    const confidence = detections.scores[4]!;
    const kept = detectionsAbove(detections, confidence);
    expect(kept.count).toBe(4);
    expect([kept.boxes.length, kept.scores.length, kept.classes.length, kept.embeddings.length]).toEqual([
      16, 4, 4, 32,
    ]);
    expect([...kept.embeddings]).toEqual([...detections.embeddings.subarray(0, 32)]);
    expect([detectionsAbove(detections, 0).count, detectionsAbove(detections, 1).count]).toEqual([detections.count, 0]);
  });

  test('compares in float32: a score of 0.4 is not above 0.4', () => {
    const scores = Float32Array.of(0.41, 0.4, 0.39);
    expect(detectionsAbove({ ...detections, count: 3, scores }, 0.4).count).toBe(1);
  });
});
