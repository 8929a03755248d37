import type { Detections } from '@trt-fairmot/fairmot-postprocess';

/**
 * The detections of class 0: FairMOT tracks its first class only (JDETracker.update). The same object where all are of it.
 */
export function firstClass(detections: Detections): Detections {
  const { count, boxes, scores, classes, embeddings, embeddingSize } = detections;
  const rows = Array.from({ length: count }, (_, row) => row).filter((row) => classes[row] === 0);
  if (rows.length === count) return detections;
  const gather = (values: Float32Array, size: number) =>
    Float32Array.from(rows.flatMap((row) => [...values.subarray(row * size, (row + 1) * size)]));
  return {
    count: rows.length,
    boxes: gather(boxes, 4),
    scores: gather(scores, 1),
    classes: new Int32Array(rows.length),
    embeddings: gather(embeddings, embeddingSize),
    embeddingSize,
  };
}
