// The local maxima of a heat map. The test runs on logits; only where two logits could share a float32 score are scores compared.
import { FairmotError } from './error.js';
import { sigmoid } from './sigmoid.js';

/** Cells of a heat map, as flat indices [class, row, column], with their scores. */
export interface Peaks {
  readonly indices: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The cells whose float32 score no cell of their 3x3 neighbourhood exceeds (plateaus keep all members), above `confidence`:
 * the `topK` best, descending, ties by lowest index. Source: FairMOT src/lib/models/decode.py, `_nms` and `_topk`.
 *
 * @param logits [classes, height, width] before the sigmoid
 * @throws FairmotError if a logit is NaN
 */
export function heatMapPeaks(
  logits: Float32Array,
  size: { width: number; height: number },
  limits: { topK: number; confidence: number },
): Peaks {
  const cells = size.width * size.height;
  const keys = new KeyList();
  const highest = { rows: new Float32Array(size.width * 3), row: 0 };
  for (let start = 0; start < logits.length; start += cells) {
    peaksOfClass(logits, start, size, highest.rows, limits.confidence, keys);
  }
  return best(keys.sorted(), limits.topK);
}

function peaksOfClass(
  logits: Float32Array,
  start: number,
  { width, height }: { width: number; height: number },
  rows: Float32Array,
  confidence: number,
  keys: KeyList,
): void {
  const floor = confidence > 0 ? Math.log(confidence / (1 - confidence)) - 1e-3 : Number.NEGATIVE_INFINITY;
  maximumOfThree(logits, start, width, rows, 0);
  rows.copyWithin(2 * width, 0, width); // row -1 repeats row 0, which changes no maximum
  for (let y = 0; y < height; y++) {
    const here = start + y * width;
    const above = ((y + 2) % 3) * width;
    const middle = (y % 3) * width;
    const below = ((y + 1) % 3) * width;
    if (y + 1 < height) maximumOfThree(logits, here + width, width, rows, below);
    else rows.copyWithin(below, middle, middle + width);
    for (let x = 0; x < width; x++) {
      const logit = logits[here + x]!;
      if (logit < floor) continue;
      const highest = Math.max(rows[above + x]!, rows[middle + x]!, rows[below + x]!);
      if (logit < highest && !sharesScore(logit, highest)) continue;
      if (Number.isNaN(highest)) throw notANumber(logits, width, height);
      const score = sigmoid(logit);
      if (score > confidence) keys.add(score, here + x);
    }
  }
}

/** out[at + x] = the highest of the row's cells x - 1, x, x + 1. */
function maximumOfThree(logits: Float32Array, from: number, width: number, out: Float32Array, at: number): void {
  let before = logits[from]!;
  let here = before;
  for (let x = 0; x < width - 1; x++) {
    const next = logits[from + x + 1]!;
    out[at + x] = Math.max(before, here, next);
    before = here;
    here = next;
  }
  out[at + width - 1] = Math.max(before, here);
}

/**
 * Whether two logits have the same float32 score. Scores as far apart as those of 1e-6 below zero are told apart without
 * computing them: there a score grows by at least half of what its logit does, relatively, while float32 resolves 1.2e-7.
 */
function sharesScore(logit: number, higher: number): boolean {
  if (higher <= 0 && logit > -80 && higher - logit > 1e-6) return false;
  return sigmoid(logit) === sigmoid(higher);
}

function notANumber(logits: Float32Array, width: number, height: number): FairmotError {
  const index = logits.findIndex(Number.isNaN);
  const cells = width * height;
  const [channel, y, x] = [Math.floor(index / cells), Math.floor((index % cells) / width), index % width];
  return new FairmotError(`Expected numbers in hm but received NaN in channel ${channel}, row ${y}, column ${x}`, {
    hint: 'check the checkpoint, or use fp32 if the network ran in fp16',
  });
}

const indexRange = 2 ** 23;
const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Scores with their indices as one float64 each: the bits of the score (positive, so ordered), then the index backwards. */
class KeyList {
  #keys = new Float64Array(1024);
  #count = 0;

  add(score: number, index: number): void {
    if (this.#count === this.#keys.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    float[0] = score;
    this.#keys[this.#count++] = bits[0]! * indexRange + (indexRange - 1 - index);
  }

  /** Ascending. */
  sorted(): Float64Array {
    return this.#keys.subarray(0, this.#count).sort();
  }
}

function best(keys: Float64Array, topK: number): Peaks {
  const count = Math.min(topK, keys.length);
  const indices = new Int32Array(count);
  const scores = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const key = keys[keys.length - 1 - i]!;
    const scoreBits = Math.floor(key / indexRange);
    bits[0] = scoreBits;
    scores[i] = float[0]!;
    indices[i] = indexRange - 1 - (key - scoreBits * indexRange);
  }
  return { indices, scores };
}
