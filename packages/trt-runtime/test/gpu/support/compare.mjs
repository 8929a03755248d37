// Detections of two decoders.
import { expect } from './report.mjs';

export function largestDifference(a, b) {
  expect(a.length === b.length, `expected ${b.length} numbers but received ${a.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  expect(!Number.isNaN(largest), 'expected numbers but received NaN');
  return largest;
}

/** @returns largest differences; count and classes must be equal */
export function differences(actual, expected) {
  expect(actual.count === expected.count, `expected ${expected.count} detections but received ${actual.count}`);
  expect(largestDifference(actual.classes, expected.classes) === 0, 'expected equal classes');
  return {
    scores: largestDifference(actual.scores, expected.scores),
    boxes: largestDifference(actual.boxes, expected.boxes),
    embeddings: largestDifference(actual.embeddings, expected.embeddings),
  };
}

export function largestOf(a, b) {
  return Object.fromEntries(Object.keys(b).map((key) => [key, Math.max(a[key] ?? 0, b[key])]));
}
