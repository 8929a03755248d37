import { expect, test } from 'vitest';
import { firstClass } from '../../src/pipeline/first-class.js';

const detections = {
  count: 3,
  boxes: Float32Array.from({ length: 12 }, (_, i) => i),
  scores: Float32Array.of(0.9, 0.8, 0.7),
  classes: Int32Array.of(0, 2, 0),
  embeddings: Float32Array.of(1, 0, 0, 1, 0.6, 0.8),
  embeddingSize: 2,
};

test('keeps the rows of class 0, whole and in order', () => {
  const kept = firstClass(detections);
  expect(kept.count).toBe(2);
  expect([...kept.boxes]).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  expect([...kept.scores]).toEqual([...Float32Array.of(0.9, 0.7)]);
  expect([...kept.embeddings]).toEqual([...Float32Array.of(1, 0, 0.6, 0.8)]);
});

test('one class costs nothing', () => {
  const one = { ...detections, classes: new Int32Array(3) };
  expect(firstClass(one)).toBe(one);
});
