import type { Detections } from '@trt-fairmot/fairmot-postprocess';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DetectionDifference, overlapOf, TensorDifference } from '../../src/compare/difference.js';

const floats = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 });

test('differences of tensors are those of the definition', () => {
  fc.assert(
    fc.property(floats, floats, (first, second) => {
      const length = Math.min(first.length, second.length);
      const [a, b] = [Float32Array.from(first.slice(0, length)), Float32Array.from(second.slice(0, length))];
      const difference = new TensorDifference();
      difference.add(a, b);
      const distances = Array.from(a, (value, i) => Math.abs(value - (b[i] as number)));
      expect(difference.max).toBe(Math.max(...distances));
      expect(difference.mean).toBeCloseTo(distances.reduce((sum, value) => sum + value, 0) / length, 4);
    }),
  );
});

test('NaN and another length are infinitely far', () => {
  for (const other of [Float32Array.of(1, Number.NaN), Float32Array.of(1)]) {
    const difference = new TensorDifference();
    difference.add(Float32Array.of(1, 2), other);
    expect(difference.max).toBe(Number.POSITIVE_INFINITY);
    expect(difference.excess).toBe(Number.POSITIVE_INFINITY);
  }
});

test('rtol forgives in proportion to the reference', () => {
  const difference = new TensorDifference(0.01);
  difference.add(Float32Array.of(100, 1), Float32Array.of(101, 1.5));
  expect(difference.excess).toBeCloseTo(0.49, 5);
});

test('overlap: the same, apart, and a third', () => {
  expect(overlapOf([0, 0, 2, 2], [0, 0, 2, 2])).toBe(1);
  expect(overlapOf([0, 0, 2, 2], [2, 0, 4, 2])).toBe(0);
  expect(overlapOf([0, 0, 2, 2], [1, 0, 3, 2])).toBeCloseTo(1 / 3, 12);
});

const detectionsOf = (rows: { box: number[]; score: number; embedding: number[] }[]): Detections => ({
  count: rows.length,
  boxes: Float32Array.from(rows.flatMap(({ box }) => box)),
  scores: Float32Array.from(rows, ({ score }) => score),
  classes: new Int32Array(rows.length),
  embeddings: Float32Array.from(rows.flatMap(({ embedding }) => embedding)),
  embeddingSize: 2,
});

test('detections are matched by overlap, whatever their order', () => {
  const one = { box: [0, 0, 10, 20], score: 0.9, embedding: [1, 0] };
  const two = { box: [50, 0, 60, 20], score: 0.8, embedding: [0, 1] };
  const moved = { box: [50, 1, 60, 20], score: 0.95, embedding: [0.6, 0.8] };
  const extra = { box: [200, 0, 210, 20], score: 0.5, embedding: [1, 0] };
  const difference = new DetectionDifference();
  difference.add(detectionsOf([one, two, extra]), detectionsOf([moved, one]));
  expect(difference).toMatchObject({ matched: 2, onlyFirst: 1, onlySecond: 0, maxBox: 1 });
  expect(difference.maxScore).toBeCloseTo(0.15, 5);
  expect(difference.maxEmbedding).toBeCloseTo(0.2, 5);
});
