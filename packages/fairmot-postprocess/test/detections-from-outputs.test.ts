import { describe, expect, test } from 'vitest';
import { type DetectionOutputs, detectionsFromHeads, detectionsFromOutputs, FairmotError } from '../src/index.js';
import { expectDetections } from './expect-detections.js';
import { madeUpHeads } from './vectors.js';

const decoded = detectionsFromHeads(madeUpHeads(24, 16, { hm: 3 }));

/** What a network with `--outputs detections` would give: K rows, those without a peak of score 0. */
function outputsOf(rows: number): DetectionOutputs {
  const padded = (values: Float32Array, size: number) => {
    const out = new Float32Array(rows * size).fill(size === 1 ? 0 : 3);
    out.set(values);
    return out;
  };
  const classes = new BigInt64Array(rows).fill(1n);
  classes.set(BigInt64Array.from(decoded.classes, BigInt));
  return {
    boxes: padded(decoded.boxes, 4),
    scores: padded(decoded.scores, 1),
    classes,
    embeddings: padded(decoded.embeddings, decoded.embeddingSize),
  };
}

describe('detectionsFromOutputs', () => {
  test.each([0, 1, 100])('drops %i rows of score 0', (unused) => {
    expectDetections(detectionsFromOutputs(outputsOf(decoded.count + unused)), decoded);
  });

  test('takes 32-bit classes, and outputs without any peak', () => {
    const outputs = outputsOf(decoded.count + 3);
    const classes = Int32Array.from(outputs.classes as BigInt64Array, Number);
    expectDetections(detectionsFromOutputs({ ...outputs, classes }), decoded);
    expect(detectionsFromOutputs({ ...outputs, scores: new Float32Array(outputs.scores.length) }).count).toBe(0);
  });

  test.each<[Partial<DetectionOutputs>, string]>([
    [{ boxes: new Float32Array(7) }, 'Expected boxes to hold'],
    [{ classes: new BigInt64Array(2) }, 'Expected classes to hold'],
    [{ embeddings: new Float32Array(decoded.count + 1) }, 'Expected embeddings of'],
    [{ scores: decoded.scores.toReversed() }, 'Expected scores in descending order but received'],
    [{ scores: decoded.scores.map(() => Number.NaN) }, 'Expected scores in descending order but received NaN in row 0'],
  ])('refuses %o', (wrong, message) => {
    const make = () => detectionsFromOutputs({ ...outputsOf(decoded.count), ...wrong });
    expect(make).toThrow(FairmotError);
    expect(make).toThrow(message);
  });
});
