// An 8-bit RGB image made smaller by area averaging, straight into float planes: exact integer sums, one rounding.
import type { AxisPlan } from './axis-plan.js';
import type { PlaneTarget } from './plane-target.js';
import { roundHalfEven } from './round-half-even.js';
import type { RgbImage } from './types.js';

/** How sums become levels: times `scale`, plus `bias` (which sends ties up where OpenCV does: exactly 2x2), rounded. */
interface Rule {
  readonly columns: number;
  readonly scale: number;
  readonly bias: number;
  /** Whether sums outgrow int32. */
  readonly wide: boolean;
}

/** Shrinks `image` into the target by two axis plans; rounds to 8 bit with ties to even, then divides by 255. */
export class Shrinker {
  readonly #across: AxisPlan;
  readonly #down: AxisPlan;
  readonly #rule: Rule;
  /** Horizontally averaged source rows, kept while output rows need them: `taps` of [3, columns]. */
  readonly #rows: Int32Array[];
  readonly #rowInSlot: Int32Array;

  constructor(across: AxisPlan, down: AxisPlan) {
    this.#across = across;
    this.#down = down;
    const columns = across.first.length;
    const largest = across.total * down.total;
    const halves = across.total === 2 && across.taps === 2 && down.total === 2 && down.taps === 2;
    this.#rule = { columns, scale: 1 / largest, bias: halves ? 1e-3 : 0, wide: 255 * largest >= 2 ** 31 };
    this.#rows = Array.from({ length: down.taps }, () => new Int32Array(3 * columns));
    this.#rowInSlot = new Int32Array(down.taps);
  }

  run(image: RgbImage, target: PlaneTarget): void {
    const { first, weights, taps } = this.#down;
    this.#rowInSlot.fill(-1);
    const sources = new Array<Int32Array>(taps);
    const factors = new Int32Array(taps);
    for (let y = 0; y < first.length; y++) {
      for (let t = 0; t < taps; t++) {
        factors[t] = weights[t]![y]!;
        sources[t] = factors[t] === 0 ? this.#rows[0]! : this.#averagedRow(image, first[y]! + t);
      }
      this.#writeRow(sources, factors, target, y);
    }
  }

  #averagedRow(image: RgbImage, row: number): Int32Array {
    const slot = row % this.#rows.length;
    const averaged = this.#rows[slot]!;
    if (this.#rowInSlot[slot] !== row) {
      averageAcross(image.data, row * image.width * 3, this.#across, averaged);
      this.#rowInSlot[slot] = row;
    }
    return averaged;
  }

  #writeRow(sources: readonly Int32Array[], factors: Int32Array, target: PlaneTarget, y: number): void {
    for (let channel = 0; channel < 3; channel++) {
      const to = target.offset + channel * target.planeStride + y * target.rowStride;
      averageDown(sources, factors, channel * this.#rule.columns, this.#rule, target.data, to);
    }
  }
}

/** One source row averaged horizontally: interleaved bytes to [3, columns] sums. */
function averageAcross(data: Uint8Array, from: number, plan: AxisPlan, out: Int32Array): void {
  const { taps, first, weights } = plan;
  const columns = first.length;
  if (taps === 2) averageAcross2(data, from, first, weights[0]!, weights[1]!, out);
  else if (taps === 3) averageAcross3(data, from, first, weights[0]!, weights[1]!, weights[2]!, out);
  else {
    for (let x = 0; x < columns; x++) {
      let o = from + 3 * first[x]!;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let t = 0; t < taps; t++, o += 3) {
        const w = weights[t]![x]!;
        r += Math.imul(w, data[o]!);
        g += Math.imul(w, data[o + 1]!);
        b += Math.imul(w, data[o + 2]!);
      }
      out[x] = r;
      out[x + columns] = g;
      out[x + 2 * columns] = b;
    }
  }
}

function averageAcross2(
  data: Uint8Array,
  from: number,
  first: Int32Array,
  w0: Int32Array,
  w1: Int32Array,
  out: Int32Array,
): void {
  const columns = first.length;
  for (let x = 0; x < columns; x++) {
    const o = from + 3 * first[x]!;
    const a = w0[x]!;
    const b = w1[x]!;
    out[x] = Math.imul(a, data[o]!) + Math.imul(b, data[o + 3]!);
    out[x + columns] = Math.imul(a, data[o + 1]!) + Math.imul(b, data[o + 4]!);
    out[x + 2 * columns] = Math.imul(a, data[o + 2]!) + Math.imul(b, data[o + 5]!);
  }
}

function averageAcross3(
  data: Uint8Array,
  from: number,
  first: Int32Array,
  w0: Int32Array,
  w1: Int32Array,
  w2: Int32Array,
  out: Int32Array,
): void {
  const columns = first.length;
  for (let x = 0; x < columns; x++) {
    const o = from + 3 * first[x]!;
    const a = w0[x]!;
    const b = w1[x]!;
    const c = w2[x]!;
    out[x] = Math.imul(a, data[o]!) + Math.imul(b, data[o + 3]!) + Math.imul(c, data[o + 6]!);
    out[x + columns] = Math.imul(a, data[o + 1]!) + Math.imul(b, data[o + 4]!) + Math.imul(c, data[o + 7]!);
    out[x + 2 * columns] = Math.imul(a, data[o + 2]!) + Math.imul(b, data[o + 5]!) + Math.imul(c, data[o + 8]!);
  }
}

const perLevel = 1 / 255; // times a level 0 to 255, rounded to float32: the same as the quotient

/** Averaged rows to one row of the target, as float32 level / 255. */
function averageDown(
  rows: readonly Int32Array[],
  factors: Int32Array,
  from: number,
  rule: Rule,
  out: Float32Array,
  to: number,
): void {
  const { columns, scale, bias } = rule;
  const [f0 = 0, f1 = 0, f2 = 0] = factors;
  const [r0, r1, r2] = rows;
  if (rule.wide || factors.length > 3 || !r0 || !r1) averageDownAny(rows, factors, from, rule, out, to);
  else if (r2 && f2 !== 0) {
    for (let x = 0; x < columns; x++) {
      const sum = Math.imul(f0, r0[from + x]!) + Math.imul(f1, r1[from + x]!) + Math.imul(f2, r2[from + x]!);
      out[to + x] = roundHalfEven(sum * scale + bias) * perLevel;
    }
  } else {
    for (let x = 0; x < columns; x++) {
      const sum = Math.imul(f0, r0[from + x]!) + Math.imul(f1, r1[from + x]!);
      out[to + x] = roundHalfEven(sum * scale + bias) * perLevel;
    }
  }
}

/** The same for any number of rows, in float64, whose whole numbers reach further than int32. */
function averageDownAny(
  rows: readonly Int32Array[],
  factors: Int32Array,
  from: number,
  rule: Rule,
  out: Float32Array,
  to: number,
): void {
  for (let x = 0; x < rule.columns; x++) {
    let sum = 0;
    for (let t = 0; t < rows.length; t++) sum += factors[t]! * rows[t]![from + x]!;
    out[to + x] = roundHalfEven(sum * rule.scale + rule.bias) * perLevel;
  }
}
