// How far a row's outputs are from the reference: head by head, or detection by detection where an engine decodes itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectionsFromHeads } from '@trt-fairmot/fairmot-postprocess';

export const heads = ['hm', 'wh', 'reg', 'id_feature'];

/** The input and heads of a folder with a manifest.json: `{ input: { shape, data }, heads: { hm: { shape, data } ... } }`. */
export function readReference(folder, model = 'reference') {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const read = ({ file, shape }) => {
    const bytes = readFileSync(join(folder, file));
    const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const count = shape.reduce((product, side) => product * side, 1);
    if (data.length !== count) throw new Error(`Expected ${count} numbers in ${file} but received ${data.length}`);
    return { shape, data };
  };
  const maps = manifest.models[model];
  return { input: read(manifest.input), heads: Object.fromEntries(heads.map((name) => [name, read(maps[name])])) };
}

/** Largest and relative (2-norm) difference; null for both where a number is not finite. */
export function headDifference(expected, received) {
  let [max, squares, norm] = [0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(expected[i] - received[i]);
    if (!Number.isFinite(difference)) return { max: null, relative: null };
    max = Math.max(max, difference);
    squares += difference ** 2;
    norm += expected[i] ** 2;
  }
  return { max, relative: Math.sqrt(squares / norm) };
}

const overlap = (a, i, b, j) => {
  const side = (boxes, row, axis) => boxes[4 * row + axis];
  const span = (axis) =>
    Math.max(0, Math.min(side(a, i, axis + 2), side(b, j, axis + 2)) - Math.max(side(a, i, axis), side(b, j, axis)));
  const area = (boxes, row) =>
    (side(boxes, row, 2) - side(boxes, row, 0)) * (side(boxes, row, 3) - side(boxes, row, 1));
  const both = span(0) * span(1);
  const union = area(a, i) + area(b, j) - both;
  return union > 0 ? both / union : 0;
};

/**
 * Detections above a confidence matched by overlap, best first: how many are missing or extra, and the largest difference in score,
 * box (pixels of the input) and embedding (1 - cosine) of the others.
 */
export function detectionDifference(maps, outputs, confidence = 0.3) {
  const [, , height, width] = maps.hm.shape;
  const head = (name) => ({ data: maps[name].data, channels: maps[name].shape[1] });
  const decoded = { hm: head('hm'), wh: head('wh'), reg: head('reg'), id: head('id_feature'), height, width };
  const expected = detectionsFromHeads(decoded, { confidence });
  const { boxes, scores, embeddings } = outputs;
  const free = new Set([...scores.keys()].filter((row) => scores[row] > confidence));
  const size = expected.embeddingSize;
  const result = { matched: 0, missing: 0, extra: 0, score: 0, box: 0, embedding: 0 };
  for (let i = 0; i < expected.count; i++) {
    let [best, most] = [-1, 0.5];
    for (const j of free) {
      const share = overlap(expected.boxes, i, boxes, j);
      if (share >= most) [best, most] = [j, share];
    }
    if (best < 0) {
      result.missing += 1;
      continue;
    }
    free.delete(best);
    result.matched += 1;
    result.score = Math.max(result.score, Math.abs(expected.scores[i] - scores[best]));
    for (let axis = 0; axis < 4; axis++) {
      result.box = Math.max(result.box, Math.abs(expected.boxes[4 * i + axis] - boxes[4 * best + axis]));
    }
    let cosine = 0;
    for (let k = 0; k < size; k++) cosine += expected.embeddings[i * size + k] * embeddings[best * size + k];
    result.embedding = Math.max(result.embedding, 1 - cosine);
  }
  return { ...result, extra: free.size };
}
