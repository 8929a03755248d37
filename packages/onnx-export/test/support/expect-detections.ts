import { maxAbsDifference } from '@trt-fairmot/testing';
import { expect } from 'vitest';
import type { BruteDetection } from './brute-force-decode.js';

type Output = { readonly data: Float32Array; readonly dims: readonly number[] };

/** Tolerances of a comparison: score, pixels of a box's corner, entry of an embedding. */
export interface Tolerance {
  readonly score: number;
  readonly box: number;
  readonly embedding: number;
}

/**
 * Row by row, image n of a detections model equals the brute-force list. Rows whose scores differ by less than the
 * tolerance may change places; rows beyond the peaks have score 0.
 */
export function expectDetections(
  outputs: Record<string, Output>,
  expected: readonly BruteDetection[],
  tolerance: Tolerance,
  n = 0,
) {
  const [, k] = outputs.scores!.dims as [number, number];
  const rows = (output: Output, row: number) => {
    const width = output.dims[2] ?? 1;
    return output.data.subarray((n * k + row) * width, (n * k + row + 1) * width);
  };
  const left = new Set(expected);
  for (let row = 0; row < k; row++) {
    const score = rows(outputs.scores!, row)[0]!;
    if (row >= expected.length) {
      expect(score, `score of row ${row}`).toBe(0);
      continue;
    }
    expect(Math.abs(score - expected[row]!.score), `score of row ${row}`).toBeLessThanOrEqual(tolerance.score);
    const match = [...left].find(
      (candidate) =>
        Math.abs(candidate.score - score) <= tolerance.score &&
        candidate.class === rows(outputs.classes!, row)[0] &&
        maxAbsDifference(candidate.box, rows(outputs.boxes!, row)) <= tolerance.box &&
        (!outputs.embeddings ||
          maxAbsDifference(candidate.embedding, rows(outputs.embeddings, row)) <= tolerance.embedding),
    );
    expect(
      match,
      `a peak for row ${row}: box ${rows(outputs.boxes!, row)}, nearest ${expected[row]!.box}`,
    ).toBeDefined();
    left.delete(match!);
  }
}
