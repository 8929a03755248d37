// Frames, and what the small network should detect in them: letterbox, network and decode in TypeScript.
import {
  detectionsFromHeads,
  detectionsInImage,
  letterboxFromSize,
  tensorFromImage,
} from '@trt-fairmot/fairmot-postprocess';
import { differences } from './compare.mjs';
import { randomBytes } from './random.mjs';
import { expect } from './report.mjs';
import { headsOf, size, smallNetwork } from './small-network.mjs';

export const network = smallNetwork();

export const frameOf = (random, { width, height }) => ({
  width,
  height,
  data: randomBytes(random, 3 * width * height),
});

export function expectedFor(frame, { confidence = 0.4, topK = 500 } = {}) {
  const letterbox = letterboxFromSize(frame, size);
  const heads = headsOf(network, tensorFromImage(frame, letterbox));
  return detectionsInImage(detectionsFromHeads(heads, { confidence, topK }), letterbox);
}

/** Scores that the engine's rounding may order differently are compared as sets of peaks: sorted by box. */
function byPlace({ count, boxes, scores, classes, embeddings, embeddingSize }) {
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => boxes[4 * a] - boxes[4 * b] || boxes[4 * a + 1] - boxes[4 * b + 1],
  );
  const rows = (data, width) => Float32Array.from(order.flatMap((i) => [...data.subarray(i * width, (i + 1) * width)]));
  return {
    count,
    boxes: rows(boxes, 4),
    scores: rows(scores, 1),
    classes: rows(classes, 1),
    embeddings: rows(embeddings, embeddingSize),
  };
}

export function compare(actual, expected) {
  const found = differences(byPlace(actual), byPlace(expected));
  expect(found.scores < 1e-4 && found.boxes < 0.05 && found.embeddings < 1e-3, JSON.stringify(found));
  return found;
}
