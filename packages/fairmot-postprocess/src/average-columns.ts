// The horizontal half of area averaging: weighted sums of columns, rounded to 8-bit levels, as floats in three planes.
import type { AxisPlan } from './axis-plan.js';
import type { PlaneTarget } from './plane-target.js';
import { roundHalfEven } from './round-half-even.js';

/** How sums become levels: divided by `total` and rounded; ties to even, or up where OpenCV does so: exactly 2x2. */
export interface RoundingRule {
  readonly total: number;
  readonly tiesUp: boolean;
}

/** The rule for sums with the weights of two axis plans. */
export function roundingRule(across: AxisPlan, down: AxisPlan): RoundingRule {
  const isHalf = ({ total, taps }: AxisPlan) => total === 2 && taps === 2;
  return { total: across.total * down.total, tiesUp: isHalf(across) && isHalf(down) };
}

const perLevel = 1 / 255; // times a level 0 to 255, rounded to float32: the same as the quotient

/** Makes one row of each plane, from `to` on in the first, of [width, 3] sums. */
export function averageColumns(
  sums: Float64Array,
  plan: AxisPlan,
  rule: RoundingRule,
  target: PlaneTarget,
  to: number,
): void {
  const [w0, w1, w2] = plan.weights;
  if (plan.taps > 3 || !w0 || !w1) averageAny(sums, plan, rule, target, to);
  else if (w2) averageThree(sums, plan.first, [w0, w1, w2], rule, target, to);
  else averageTwo(sums, plan.first, [w0, w1], rule, target, to);
}

// In each loop scale and bias are made on the spot, which keeps them in registers; the sums come before the stores.

function averageTwo(
  sums: Float64Array,
  first: Int32Array,
  [w0, w1]: [Int32Array, Int32Array],
  { total, tiesUp }: RoundingRule,
  { data, planeStride }: PlaneTarget,
  to: number,
): void {
  const scale = 1 / total;
  const bias = tiesUp ? 1e-3 : 0;
  for (let x = 0; x < first.length; x++) {
    const o = 3 * first[x]!;
    const a = w0[x]!;
    const b = w1[x]!;
    const red = a * sums[o]! + b * sums[o + 3]!;
    const green = a * sums[o + 1]! + b * sums[o + 4]!;
    const blue = a * sums[o + 2]! + b * sums[o + 5]!;
    data[to + x] = roundHalfEven(red * scale + bias) * perLevel;
    data[to + planeStride + x] = roundHalfEven(green * scale + bias) * perLevel;
    data[to + 2 * planeStride + x] = roundHalfEven(blue * scale + bias) * perLevel;
  }
}

function averageThree(
  sums: Float64Array,
  first: Int32Array,
  [w0, w1, w2]: [Int32Array, Int32Array, Int32Array],
  { total, tiesUp }: RoundingRule,
  { data, planeStride }: PlaneTarget,
  to: number,
): void {
  const scale = 1 / total;
  const bias = tiesUp ? 1e-3 : 0;
  for (let x = 0; x < first.length; x++) {
    const o = 3 * first[x]!;
    const a = w0[x]!;
    const b = w1[x]!;
    const c = w2[x]!;
    const red = a * sums[o]! + b * sums[o + 3]! + c * sums[o + 6]!;
    const green = a * sums[o + 1]! + b * sums[o + 4]! + c * sums[o + 7]!;
    const blue = a * sums[o + 2]! + b * sums[o + 5]! + c * sums[o + 8]!;
    data[to + x] = roundHalfEven(red * scale + bias) * perLevel;
    data[to + planeStride + x] = roundHalfEven(green * scale + bias) * perLevel;
    data[to + 2 * planeStride + x] = roundHalfEven(blue * scale + bias) * perLevel;
  }
}

function averageAny(
  sums: Float64Array,
  plan: AxisPlan,
  rule: RoundingRule,
  { data, planeStride }: PlaneTarget,
  to: number,
): void {
  const { first, weights, taps } = plan;
  const scale = 1 / rule.total;
  const bias = rule.tiesUp ? 1e-3 : 0;
  for (let x = 0; x < first.length; x++) {
    let o = 3 * first[x]!;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let t = 0; t < taps; t++, o += 3) {
      const weight = weights[t]![x]!;
      red += weight * sums[o]!;
      green += weight * sums[o + 1]!;
      blue += weight * sums[o + 2]!;
    }
    data[to + x] = roundHalfEven(red * scale + bias) * perLevel;
    data[to + planeStride + x] = roundHalfEven(green * scale + bias) * perLevel;
    data[to + 2 * planeStride + x] = roundHalfEven(blue * scale + bias) * perLevel;
  }
}
