// An 8-bit RGB image made smaller by area averaging, straight into float planes: exact sums of whole numbers, one rounding.
import { averageColumns, type RoundingRule, roundingRule } from './average-columns.js';
import type { AxisPlan } from './axis-plan.js';
import type { PlaneTarget } from './plane-target.js';
import { sumRows } from './sum-rows.js';
import type { RgbImage } from './types.js';

/** Shrinks images of one size by two axis plans; results are 8-bit levels / 255. */
export class Shrinker {
  readonly #across: AxisPlan;
  readonly #down: AxisPlan;
  readonly #rule: RoundingRule;
  #sums = new Float64Array(0); // [width, 3] weighted sums of source rows

  constructor(across: AxisPlan, down: AxisPlan) {
    this.#across = across;
    this.#down = down;
    this.#rule = roundingRule(across, down);
  }

  run(image: RgbImage, target: PlaneTarget): void {
    const { data, width } = image;
    const { first, weights, taps, total } = this.#down;
    const bytes = 3 * width;
    if (this.#sums.length !== bytes) this.#sums = new Float64Array(bytes);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const factors = new Int32Array(taps);
    for (let y = 0; y < first.length; y++) {
      for (let t = 0; t < taps; t++) factors[t] = weights[t]![y]!;
      sumRows(view, first[y]! * bytes, factors, total, this.#sums);
      averageColumns(this.#sums, this.#across, this.#rule, target, target.offset + y * target.rowStride);
    }
  }
}
