// The network's heads to detections: FairMOT's mot_decode (src/lib/models/decode.py).
import { FairmotError } from './error.js';
import { type Head, type Heads, requireHeads } from './heads.js';
import { heatMapPeaks } from './heat-map-peaks.js';
import type { Detections } from './types.js';

/** Cells of the map are this many pixels of the network's input wide and high. */
const stride = 4;

/** How `detectionsFromHeads` decodes. */
export interface DecodeOptions {
  /** At most so many detections, 1 or more. Raising it keeps more of the weak ones. Default 500, FairMOT's `K`. */
  readonly topK?: number;
  /** Only scores strictly above this are decoded, 0 to 1. Same as `detectionsAbove` afterwards, but quicker. Default 0. */
  readonly confidence?: number;
}

/**
 * Detections from the heads of one image: sigmoid, 3x3 peak test in float32 (plateaus keep all members), the best `topK` over all
 * classes with ties by lowest index, boxes from `wh` and `reg`, embeddings brought to length 1.
 *
 * @returns boxes in pixels of the network's input; peaks with a score of 0 are left out
 * @throws FairmotError if a head has the wrong size, or holds NaN where it is read
 * @example
 * const detections = detectionsFromHeads({ hm, wh, reg, id, width: 272, height: 152 }, { confidence: 0.4 });
 * const inImage = detectionsInImage(detections, letterbox);
 */
export function detectionsFromHeads(heads: Heads, options: DecodeOptions = {}): Detections {
  const { topK = 500 } = options;
  const confidence = Math.fround(options.confidence ?? 0);
  if (!Number.isInteger(topK) || topK < 1) throw new FairmotError(`Expected topK of 1 or more but received ${topK}`);
  if (!(confidence >= 0 && confidence <= 1)) {
    throw new FairmotError(`Expected confidence from 0 to 1 but received ${options.confidence}`);
  }
  requireHeads(heads);
  const { indices, scores } = heatMapPeaks(heads.hm.data, heads, { topK, confidence });
  const count = indices.length;
  const cells = heads.width * heads.height;
  const boxes = new Float32Array(4 * count);
  const classes = new Int32Array(count);
  const embeddingSize = heads.id?.channels ?? 0;
  const embeddings = new Float32Array(count * embeddingSize);
  for (let i = 0; i < count; i++) {
    const cell = indices[i]! % cells;
    classes[i] = Math.floor(indices[i]! / cells);
    writeBox(heads, cell, boxes.subarray(4 * i, 4 * i + 4));
    if (heads.id) writeEmbedding(heads, cell, embeddings.subarray(i * embeddingSize, (i + 1) * embeddingSize));
  }
  return { count, boxes, scores, classes, embeddings, embeddingSize };
}

/** x1, y1, x2, y2 in input pixels, every step rounded to float32 as in PyTorch. */
function writeBox({ wh, reg, width, height }: Heads, cell: number, box: Float32Array): void {
  const cells = width * height;
  const at = (head: Head, channel: number) => head.data[channel * cells + cell]!;
  const x = Math.fround((cell % width) + (reg ? at(reg, 0) : 0.5));
  const y = Math.fround(Math.floor(cell / width) + (reg ? at(reg, 1) : 0.5));
  const ltrb = wh.channels === 4;
  const halfWidth = Math.fround(at(wh, 0) / 2);
  const halfHeight = Math.fround(at(wh, 1) / 2);
  box[0] = stride * Math.fround(x - (ltrb ? at(wh, 0) : halfWidth));
  box[1] = stride * Math.fround(y - (ltrb ? at(wh, 1) : halfHeight));
  box[2] = stride * Math.fround(x + (ltrb ? at(wh, 2) : halfWidth));
  box[3] = stride * Math.fround(y + (ltrb ? at(wh, 3) : halfHeight));
  if (Number.isNaN(box[0] + box[1] + box[2] + box[3])) throw notANumber('wh or reg', cell, width);
}

/** The embedding at a cell, divided by its Euclidean length, or by 1e-12 if it is shorter. */
function writeEmbedding({ id, width, height }: Heads, cell: number, out: Float32Array): void {
  if (!id) return;
  const cells = width * height;
  let squares = 0;
  for (let d = 0, at = cell; d < out.length; d++, at += cells) {
    const value = id.data[at]!;
    out[d] = value;
    squares += value * value;
  }
  if (Number.isNaN(squares)) throw notANumber('id', cell, width);
  const scale = 1 / Math.max(Math.sqrt(squares), 1e-12);
  for (let d = 0; d < out.length; d++) out[d] = out[d]! * scale;
}

function notANumber(head: string, cell: number, width: number): FairmotError {
  return new FairmotError(
    `Expected numbers in ${head} but received NaN in row ${Math.floor(cell / width)}, column ${cell % width}`,
    { hint: 'check the checkpoint, or use fp32 if the network ran in fp16' },
  );
}
