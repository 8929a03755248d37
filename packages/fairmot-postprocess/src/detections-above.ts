import type { Detections } from './types.js';

/**
 * The detections that score strictly above `confidence`, as FairMOT's `conf_thres` (0.4 for MOT16/17, 0.3 for crowds).
 *
 * @returns views into the same arrays, since scores descend
 * @example
 * const kept = detectionsAbove(detections, 0.4);
 */
export function detectionsAbove(detections: Detections, confidence: number): Detections {
  const { boxes, scores, classes, embeddings, embeddingSize } = detections;
  const threshold = Math.fround(confidence); // else float32 0.4 would be above 0.4
  let count = 0;
  while (count < detections.count && scores[count]! > threshold) count++;
  return {
    count,
    boxes: boxes.subarray(0, 4 * count),
    scores: scores.subarray(0, count),
    classes: classes.subarray(0, count),
    embeddings: embeddings.subarray(0, count * embeddingSize),
    embeddingSize,
  };
}
