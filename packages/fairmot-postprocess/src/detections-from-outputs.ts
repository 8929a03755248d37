// The outputs of a network that decodes itself (`fairmot export --outputs detections`) to detections.
import { FairmotError } from './error.js';
import type { Detections } from './types.js';

/** One image's share of the outputs boxes, scores, classes and embeddings; K rows, best first, score 0 in unused rows. */
export interface DetectionOutputs {
  /** [K, 4] x1, y1, x2, y2 in pixels of the network's input. */
  readonly boxes: Float32Array;
  /** [K] */
  readonly scores: Float32Array;
  /** [K] */
  readonly classes: BigInt64Array | Int32Array;
  /** [K, embeddingSize] */
  readonly embeddings: Float32Array;
}

/**
 * Detections from the `detections` outputs of a network, without the rows of score 0.
 *
 * @returns views into the outputs where no copy is needed
 * @throws FairmotError if the lengths do not go together, or scores are not descending
 * @example
 * const { boxes, scores, classes, embeddings } = outputs; // e.g. K = 500, embeddings [500, 128]
 * const detections = detectionsFromOutputs({ boxes, scores, classes, embeddings });
 */
export function detectionsFromOutputs(outputs: DetectionOutputs): Detections {
  const { boxes, scores, classes, embeddings } = outputs;
  const rows = scores.length;
  requireRows('boxes', boxes.length, 4 * rows);
  requireRows('classes', classes.length, rows);
  const embeddingSize = rows === 0 ? 0 : embeddings.length / rows;
  if (!Number.isInteger(embeddingSize)) {
    throw new FairmotError(`Expected embeddings of ${rows} rows but received ${embeddings.length} numbers`);
  }
  const count = usedRows(scores);
  return {
    count,
    boxes: boxes.subarray(0, 4 * count),
    scores: scores.subarray(0, count),
    classes: Int32Array.from(classes.subarray(0, count) as Int32Array, Number),
    embeddings: embeddings.subarray(0, count * embeddingSize),
    embeddingSize,
  };
}

function requireRows(name: string, received: number, expected: number): void {
  if (received === expected) return;
  throw new FairmotError(`Expected ${name} to hold ${expected} numbers, as scores has it, but received ${received}`);
}

/** Rows up to the first score that is not above 0. */
function usedRows(scores: Float32Array): number {
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (Number.isNaN(score) || (i > 0 && score > scores[i - 1]!)) {
      throw new FairmotError(`Expected scores in descending order but received ${score} in row ${i}`, {
        hint: 'write the model again with: fairmot export CHECKPOINT.pth -o model.onnx --outputs detections',
      });
    }
  }
  const end = scores.findIndex((score) => !(score > 0));
  return end === -1 ? scores.length : end;
}
