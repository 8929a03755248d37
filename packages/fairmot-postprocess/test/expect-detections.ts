import { maxAbsDifference } from '@trt-fairmot/testing';
import { expect } from 'vitest';
import type { Detections } from '../src/index.js';

/** Same rows in the same order; scores, boxes and embeddings within their tolerances. */
export function expectDetections(
  received: Detections,
  expected: Detections,
  tolerance = { scores: 2e-7, boxes: 2e-5, embeddings: 1e-6 },
): void {
  expect([received.count, received.embeddingSize]).toEqual([expected.count, expected.embeddingSize]);
  expect([...received.classes]).toEqual([...expected.classes]);
  expect(maxAbsDifference(received.scores, expected.scores)).toBeLessThanOrEqual(tolerance.scores);
  expect(maxAbsDifference(received.boxes, expected.boxes)).toBeLessThanOrEqual(tolerance.boxes);
  expect(maxAbsDifference(received.embeddings, expected.embeddings)).toBeLessThanOrEqual(tolerance.embeddings);
}
