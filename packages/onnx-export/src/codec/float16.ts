const floatView = new Float32Array(1);
const bitsView = new Uint32Array(floatView.buffer);

/** IEEE 754 binary16 bits of the float32 with these bits: round to nearest, ties to even, overflow to infinity. */
function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // below 2^-14: a multiple of 2^-24
  if (magnitude < 0x38800000) {
    if (magnitude < 0x33000000) return sign;
    const shift = 126 - (magnitude >>> 23);
    const mantissa = (magnitude & 0x7fffff) | 0x800000;
    return sign | roundedShift(mantissa, shift);
  }
  return sign | roundedShift(magnitude - 0x38000000, 13);
}

function roundedShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

/**
 * float32 numbers as IEEE 754 binary16 bit patterns, rounded to nearest, ties to even; beyond +-65504 (after rounding) infinity.
 *
 * @example
 * halvesFromFloats(Float32Array.of(1, 65520)); // Uint16Array [0x3c00, 0x7c00]
 */
export function halvesFromFloats(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < halves.length; i++) halves[i] = halfBits(bits[i] as number);
  return halves;
}

/** IEEE 754 binary16 bit patterns as float32 numbers, exactly. */
export function floatsFromHalves(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < floats.length; i++) floats[i] = floatFromHalf(halves[i] as number);
  return floats;
}

function floatFromHalf(half: number): number {
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  bitsView[0] = ((half & 0x8000) << 16) | ((exponent + 112) << 23) | (mantissa << 13);
  return floatView[0] as number;
}
