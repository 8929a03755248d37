import { floatsFromHalves, halvesFromFloats } from '@trt-fairmot/onnx-export';

/** Largest magnitude of symmetric int8. */
export const int8Max = 127;

/** Least positive float16. */
const leastHalf = 2 ** -24;

/**
 * The step of symmetric int8 for a range, rounded to a float16: networks typed float16 then hold the very same scale.
 *
 * @param range largest magnitude to represent, 0 or more
 */
export function scaleFromRange(range: number): number {
  const [scale = leastHalf] = floatsFromHalves(halvesFromFloats(Float32Array.of(range / int8Max)));
  return Math.max(scale, leastHalf);
}

/** The nearest step within -127 to 127; ties to even, as ONNX's QuantizeLinear rounds. */
export function int8FromValue(value: number, scale: number): number {
  const exact = Math.fround(value / scale);
  const down = Math.floor(exact);
  const half = exact - down === 0.5;
  const rounded = half ? down + (down & 1) : Math.round(exact);
  return Math.max(-int8Max, Math.min(int8Max, rounded));
}
