import type { TensorDtype } from './dtype.js';

/**
 * The elements of a storage, in the byte order of this machine, as float32. float64 and the integers round to the nearest
 * float32; bool gives 0 and 1.
 * @param bytes starts at offset 0 of its buffer and holds whole elements
 */
export function float32FromBytes(bytes: Uint8Array<ArrayBuffer>, dtype: TensorDtype): Float32Array {
  switch (dtype) {
    case 'float32':
      return new Float32Array(bytes.buffer, 0, bytes.length / 4);
    case 'float16':
      return float32FromHalf(new Uint16Array(bytes.buffer, 0, bytes.length / 2));
    case 'bfloat16':
      return float32FromBfloat16(new Uint16Array(bytes.buffer, 0, bytes.length / 2));
    case 'float64':
      return Float32Array.from(new Float64Array(bytes.buffer, 0, bytes.length / 8));
    case 'int64':
      return Float32Array.from(new BigInt64Array(bytes.buffer, 0, bytes.length / 8), Number);
    case 'int32':
      return Float32Array.from(new Int32Array(bytes.buffer, 0, bytes.length / 4));
    case 'int16':
      return Float32Array.from(new Int16Array(bytes.buffer, 0, bytes.length / 2));
    case 'int8':
      return Float32Array.from(new Int8Array(bytes.buffer, 0, bytes.length));
    case 'uint8':
      return Float32Array.from(bytes);
    case 'bool':
      return Float32Array.from(bytes, (byte) => (byte === 0 ? 0 : 1));
  }
}

function float32FromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = (bits[i] as number) << 16;
  return new Float32Array(wide.buffer);
}

function float32FromHalf(bits: Uint16Array): Float32Array {
  const table = halfTable();
  const wide = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = table[bits[i] as number] as number;
  return wide;
}

let halves: Float32Array | undefined;

/** The value of each of the 65536 float16 bit patterns (IEEE 754 binary16). */
function halfTable(): Float32Array {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 31) halves[bits] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else if (exponent === 0) halves[bits] = sign * fraction * 2 ** -24;
    else halves[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  return halves;
}
