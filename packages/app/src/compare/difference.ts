// How far two results lie apart.
import type { Detections } from '@trt-fairmot/fairmot-postprocess';

/** Differences of tensors, gathered over calls of `add`; the first argument is the reference. */
export class TensorDifference {
  max = 0;
  /** Largest difference of the last call. */
  last = 0;
  /** Largest |a - b| - rtol * |a|: what `--atol` is held against. */
  excess = 0;
  #sum = 0;
  #squares = 0;
  #reference = 0;
  #count = 0;
  readonly #rtol: number;

  constructor(rtol = 0) {
    this.#rtol = rtol;
  }

  /** A NaN on either side, or another length, counts as infinite. */
  add(a: Float32Array, b: Float32Array): void {
    this.last = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
    if (a.length !== b.length) this.excess = Number.POSITIVE_INFINITY;
    for (let i = 0; i < a.length; i++) {
      const [expected, received] = [a[i] as number, b[i] as number];
      const difference = Math.abs(expected - received);
      const distance = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      this.last = Math.max(this.last, distance);
      this.excess = Math.max(this.excess, distance - this.#rtol * Math.abs(expected));
      this.#sum += distance;
      this.#squares += distance * distance;
      this.#reference += expected * expected;
    }
    this.max = Math.max(this.max, this.last);
    this.#count += a.length;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** ||a - b|| / ||a|| */
  get relative(): number {
    return this.#reference === 0 ? 0 : Math.sqrt(this.#squares / this.#reference);
  }
}

/** Detections of two runs matched one to one by overlap, best first. */
export class DetectionDifference {
  matched = 0;
  onlyFirst = 0;
  onlySecond = 0;
  maxScore = 0;
  /** Pixels. */
  maxBox = 0;
  /** 1 - cosine. */
  maxEmbedding = 0;
  readonly #scores: [number, number][] = [];

  /** Scores of matched detections, in the first run and in the second; the first 5,000. */
  get scores(): readonly (readonly [number, number])[] {
    return this.#scores;
  }

  add(a: Detections, b: Detections): void {
    const free = new Set(Array.from({ length: b.count }, (_, row) => row));
    for (let row = 0; row < a.count; row++) {
      const partner = partnerOf(a, row, b, free);
      if (partner === null) {
        this.onlyFirst += 1;
        continue;
      }
      free.delete(partner);
      this.matched += 1;
      this.#compare(a, row, b, partner);
    }
    this.onlySecond += free.size;
  }

  #compare(a: Detections, i: number, b: Detections, j: number): void {
    const [first, second] = [a.scores[i] ?? 0, b.scores[j] ?? 0];
    if (this.#scores.length < 5000) this.#scores.push([first, second]);
    this.maxScore = Math.max(this.maxScore, Math.abs(first - second));
    for (let side = 0; side < 4; side++) {
      const difference = Math.abs((a.boxes[4 * i + side] ?? 0) - (b.boxes[4 * j + side] ?? 0));
      this.maxBox = Math.max(this.maxBox, difference);
    }
    const size = a.embeddingSize;
    let cosine = 0;
    for (let k = 0; k < size; k++) cosine += (a.embeddings[i * size + k] ?? 0) * (b.embeddings[j * size + k] ?? 0);
    this.maxEmbedding = Math.max(this.maxEmbedding, 1 - cosine);
  }
}

/** The free row of `b` that overlaps most, at least by half. */
function partnerOf(a: Detections, row: number, b: Detections, free: ReadonlySet<number>): number | null {
  let best: number | null = null;
  let most = 0.5;
  for (const candidate of free) {
    const overlap = overlapOf(a.boxes.subarray(4 * row), b.boxes.subarray(4 * candidate));
    if (overlap >= most) [best, most] = [candidate, overlap];
  }
  return best;
}

/** Intersection over union of two boxes x1, y1, x2, y2. */
export function overlapOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const side = (box: ArrayLike<number>, index: number) => box[index] ?? 0;
  const width = Math.max(0, Math.min(side(a, 2), side(b, 2)) - Math.max(side(a, 0), side(b, 0)));
  const height = Math.max(0, Math.min(side(a, 3), side(b, 3)) - Math.max(side(a, 1), side(b, 1)));
  const area = (box: ArrayLike<number>) => (side(box, 2) - side(box, 0)) * (side(box, 3) - side(box, 1));
  const union = area(a) + area(b) - width * height;
  return union > 0 ? (width * height) / union : 0;
}
