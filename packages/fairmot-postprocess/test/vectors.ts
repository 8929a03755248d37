// Heads to decode and what must come of them, for every decoder of the project: this one, the graph's and the CUDA kernel.
import type { Detections, Heads } from '../src/index.js';

/** A decoding task. */
export interface DecodeVector {
  readonly name: string;
  readonly heads: Heads;
  readonly topK: number;
}

const ranges = { hm: [-9, 6], wh: [0, 12], reg: [-0.2, 1.2], id: [-2, 2] } as const;
const seeds = { hm: 0, wh: 1000, reg: 2000, id: 3000 };
const hash = (i: number) => (Math.imul(i, 2654435761) >>> 0) / 2 ** 32;

/** The made-up numbers of tools/fixtures/decode.py. */
export function madeUpHead(
  name: keyof typeof ranges,
  channels: number,
  cells: number,
): { data: Float32Array; channels: number } {
  const [low, high] = ranges[name];
  const data = Float32Array.from({ length: channels * cells }, (_, i) => low + (high - low) * hash(i + seeds[name]));
  return { data, channels };
}

export function madeUpHeads(
  width: number,
  height: number,
  channels: { hm?: number; wh?: 2 | 4; reg?: boolean; id?: number } = {},
): Heads {
  const { hm = 1, wh = 4, reg = true, id = 8 } = channels;
  const cells = width * height;
  return {
    hm: madeUpHead('hm', hm, cells),
    wh: madeUpHead('wh', wh, cells),
    ...(reg ? { reg: madeUpHead('reg', 2, cells) } : {}),
    ...(id ? { id: madeUpHead('id', id, cells) } : {}),
    width,
    height,
  };
}

/** The same heads with other logits, by class, row and column. */
function withLogits(heads: Heads, logit: (channel: number, y: number, x: number) => number): Heads {
  const { width, height, hm } = heads;
  const data = hm.data.map((_, i) =>
    logit(Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width),
  );
  return { ...heads, hm: { ...hm, data } };
}

const base = madeUpHeads(24, 16, { hm: 2 });

/** Tasks that tell decoders apart: plateaus, saturation, ties, borders, odd sizes. */
export const decodeVectors: readonly DecodeVector[] = [
  { name: 'made up', heads: base, topK: 500 },
  { name: 'few wanted', heads: base, topK: 9 },
  { name: 'a constant map: one plateau', heads: withLogits(base, () => -1), topK: 500 },
  { name: 'a constant map, few wanted', heads: withLogits(base, () => -1), topK: 5 },
  { name: 'rows alike', heads: withLogits(base, (_, y) => (y % 3) - 1), topK: 500 },
  {
    name: 'saturated: different logits, the same score 1',
    heads: withLogits(base, (c, y, x) => 17 + ((7 * x + 5 * y + c) % 11)),
    topK: 40,
  },
  { name: 'nearly saturated', heads: withLogits(base, (c, y, x) => 12 + ((7 * x + 5 * y + c) % 11) / 2), topK: 40 },
  {
    name: 'score 0: below the smallest float',
    heads: withLogits(base, (c, y, x) => -120 - ((x + y + c) % 3)),
    topK: 500,
  },
  { name: 'denormal scores', heads: withLogits(base, (c, y, x) => -95 - ((x * y + c) % 9)), topK: 500 },
  {
    name: 'peaks on corners and borders',
    heads: withLogits(base, (_, y, x) => (x % 23 === 0 && y % 5 === 0 ? 2 : -4)),
    topK: 500,
  },
  {
    name: 'ties between classes',
    heads: withLogits(base, (_, y, x) => (x % 4 === 1 && y % 4 === 2 ? 1 : -3)),
    topK: 17,
  },
  { name: 'one cell', heads: madeUpHeads(1, 1), topK: 500 },
  { name: 'one row', heads: madeUpHeads(31, 1, { hm: 2 }), topK: 500 },
  { name: 'one column, width and height, no offset', heads: madeUpHeads(1, 17, { wh: 2, reg: false }), topK: 500 },
  { name: 'many classes, odd embedding', heads: madeUpHeads(9, 7, { hm: 5, id: 3 }), topK: 50 },
];

/** Decoding as the definition reads, without any cleverness: every cell against its neighbours, a full sort. */
export function detectionsByDefinition({ heads, topK }: DecodeVector): Detections {
  const { hm, wh, reg, id, width, height } = heads;
  const cells = width * height;
  const scores = hm.data.map((logit) => 1 / (1 + Math.exp(-logit))); // float32
  const isPeak = (i: number) => {
    const [start, y, x] = [Math.floor(i / cells) * cells, Math.floor(i / width) % height, i % width];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        if (scores[start + v * width + u]! > scores[i]!) return false;
      }
    }
    return scores[i]! > 0;
  };
  const best = [...scores.keys()]
    .filter(isPeak)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, topK);
  const at = (head: { data: Float32Array }, channel: number, cell: number) => head.data[channel * cells + cell]!;
  const boxes = best.flatMap((index) => {
    const cell = index % cells;
    const x = (cell % width) + (reg ? at(reg, 0, cell) : 0.5);
    const y = Math.floor(cell / width) + (reg ? at(reg, 1, cell) : 0.5);
    const [l, t] = [0, 1].map((c) => at(wh, c, cell) / (wh.channels === 4 ? 1 : 2)) as [number, number];
    const [r, b] = wh.channels === 4 ? [at(wh, 2, cell), at(wh, 3, cell)] : [l, t];
    return [x - l, y - t, x + r, y + b].map((value) => 4 * value);
  });
  const embeddings = best.flatMap((index) => {
    if (!id) return [];
    const raw = Array.from({ length: id.channels }, (_, c) => at(id, c, index % cells));
    const length = Math.max(Math.hypot(...raw), 1e-12);
    return raw.map((value) => value / length);
  });
  return {
    count: best.length,
    boxes: Float32Array.from(boxes),
    scores: Float32Array.from(best, (index) => scores[index]!),
    classes: Int32Array.from(best, (index) => Math.floor(index / cells)),
    embeddings: Float32Array.from(embeddings),
    embeddingSize: id?.channels ?? 0,
  };
}
