// An 8-bit RGB image made larger as OpenCV's INTER_AREA does it: bilinear in fixed point, straight into float planes.
import type { AxisPlan } from './axis-plan.js';
import type { PlaneTarget } from './plane-target.js';
import type { RgbImage } from './types.js';

/** Enlarges `image` into the target by two axis plans of two taps; results are 8-bit levels / 255. */
export class Enlarger {
  readonly #across: AxisPlan;
  readonly #down: AxisPlan;
  readonly #upper: Int32Array; // [3, columns], 11 bits of fraction dropped to 7
  readonly #lower: Int32Array;

  constructor(across: AxisPlan, down: AxisPlan) {
    this.#across = across;
    this.#down = down;
    this.#upper = new Int32Array(3 * across.first.length);
    this.#lower = new Int32Array(3 * across.first.length);
  }

  run(image: RgbImage, target: PlaneTarget): void {
    const { first, weights } = this.#down;
    let [upper, lower] = [this.#upper, this.#lower];
    let [upperRow, lowerRow] = [-1, -1];
    for (let y = 0; y < first.length; y++) {
      const above = first[y]!;
      const below = Math.min(above + 1, image.height - 1);
      if (above !== upperRow) {
        [upper, lower] = [lower, upper];
        [upperRow, lowerRow] = [lowerRow, upperRow];
      }
      if (above !== upperRow) interpolateAcross(image, above, this.#across, upper);
      if (below !== lowerRow) interpolateAcross(image, below, this.#across, lower);
      [upperRow, lowerRow] = [above, below];
      interpolateDown(upper, lower, weights[0]![y]!, weights[1]![y]!, target, y);
    }
  }
}

function interpolateAcross(image: RgbImage, row: number, plan: AxisPlan, out: Int32Array): void {
  const { data, width } = image;
  const { first, weights } = plan;
  const [left, right] = weights as [Int32Array, Int32Array];
  const columns = first.length;
  const from = row * width * 3;
  const last = from + 3 * (width - 1);
  for (let x = 0; x < columns; x++) {
    const o = from + 3 * first[x]!;
    const next = Math.min(o + 3, last);
    const a = o === last ? 2048 : left[x]!; // OpenCV's last column has no fraction
    const b = o === last ? 0 : right[x]!;
    out[x] = (Math.imul(a, data[o]!) + Math.imul(b, data[next]!)) >> 4;
    out[x + columns] = (Math.imul(a, data[o + 1]!) + Math.imul(b, data[next + 1]!)) >> 4;
    out[x + 2 * columns] = (Math.imul(a, data[o + 2]!) + Math.imul(b, data[next + 2]!)) >> 4;
  }
}

function interpolateDown(
  upper: Int32Array,
  lower: Int32Array,
  a: number,
  b: number,
  target: PlaneTarget,
  y: number,
): void {
  const columns = upper.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const from = channel * columns;
    const to = target.offset + channel * target.planeStride + y * target.rowStride;
    for (let x = 0; x < columns; x++) {
      const level = ((Math.imul(a, upper[from + x]!) >> 16) + (Math.imul(b, lower[from + x]!) >> 16) + 2) >> 2;
      target.data[to + x] = level / 255;
    }
  }
}
