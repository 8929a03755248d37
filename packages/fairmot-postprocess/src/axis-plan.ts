// Where each sample of a resized row or column comes from, and with which weights: OpenCV's INTER_AREA for 8-bit images
// (modules/imgproc/src/resize.cpp: computeResizeAreaTab, and its bilinear variant where an axis grows).
import { roundHalfEven } from './round-half-even.js';

/** How one axis is resampled: output i = sum over t of weights[t][i] * input[first[i] + t], over `total`. */
export interface AxisPlan {
  readonly taps: number;
  /** [size] index of the first source sample; first + taps never exceeds the source. */
  readonly first: Int32Array;
  /** `taps` arrays of [size], whole numbers. */
  readonly weights: readonly Int32Array[];
  /** What the weights of one output add up to. */
  readonly total: number;
}

/**
 * Area averaging, for size <= source. Every overlap of an output cell with a source sample is a whole multiple of
 * gcd / size, so the weights are exact integers with sum source / gcd.
 */
export function shrinkingAxis(source: number, size: number): AxisPlan {
  const divisor = greatestCommonDivisor(source, size);
  const total = source / divisor;
  const unit = size / divisor; // one source sample
  const sliver = unit * 1e-3; // OpenCV leaves out overlaps of a thousandth of a sample
  let taps = 1;
  for (let i = 0; i < size; i++) {
    const begin = Math.floor((i * total + sliver) / unit);
    const end = Math.ceil(((i + 1) * total - sliver) / unit);
    taps = Math.max(taps, end - begin);
  }
  const first = new Int32Array(size);
  const weights = Array.from({ length: taps }, () => new Int32Array(size));
  for (let i = 0; i < size; i++) {
    const begin = i * total;
    const end = begin + total;
    first[i] = Math.min(Math.floor((begin + sliver) / unit), source - taps);
    for (let t = 0; t < taps; t++) {
      const left = (first[i]! + t) * unit;
      const overlap = Math.min(end, left + unit) - Math.max(begin, left);
      if (overlap > sliver) weights[t]![i] = overlap;
    }
  }
  return { taps, first, weights, total };
}

/** What INTER_AREA does as soon as either axis grows: two taps in 11-bit fixed point. */
export function enlargingAxis(source: number, size: number): AxisPlan {
  const inverse = size / source;
  const scale = 1 / inverse;
  const first = new Int32Array(size);
  const weights = [new Int32Array(size), new Int32Array(size)];
  for (let i = 0; i < size; i++) {
    const index = Math.floor(i * scale);
    const distance = Math.fround(i + 1 - (index + 1) * inverse);
    const fraction = distance <= 0 ? 0 : Math.fround(distance - Math.floor(distance));
    first[i] = Math.min(index, source - 1);
    weights[0]![i] = roundHalfEven(Math.fround(1 - fraction) * 2048);
    weights[1]![i] = roundHalfEven(fraction * 2048);
  }
  return { taps: 2, first, weights, total: 2048 };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
