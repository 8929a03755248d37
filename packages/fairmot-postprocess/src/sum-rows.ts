// Weighted sums of image rows, byte by byte. Where sums fit 16 bits, two bytes go through one 32-bit multiplication.

const evenBytes = 0x00ff00ff;

/**
 * Writes the sum over t of factors[t] * row t for each byte of a row; the rows lie one behind the other from byte `from`.
 *
 * @param total what the factors add up to, or more
 * @param out one number for each byte of a row
 */
export function sumRows(view: DataView, from: number, factors: Int32Array, total: number, out: Float64Array): void {
  const pairwise = 255 * total < 2 ** 16;
  const [f0 = 0, f1 = 0, f2 = 0] = factors;
  if (!pairwise) out.fill(0);
  else if (f2 === 0) sumTwo(view, from, f0, f1, out);
  else sumThree(view, from, f0, f1, f2, out);
  for (let t = pairwise ? 3 : 0; t < factors.length; t++) {
    const factor = factors[t]!;
    if (factor === 0) continue;
    if (pairwise) addPairwise(view, from + t * out.length, factor, out);
    else addRow(view, from + t * out.length, factor, out, 0);
  }
}

function sumTwo(view: DataView, from: number, f0: number, f1: number, out: Float64Array): void {
  const next = f1 === 0 ? from : from + out.length; // an image may end with its first row
  const whole = out.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const a = view.getInt32(from + i, true);
    const b = view.getInt32(next + i, true);
    const even = (Math.imul(f0, a & evenBytes) + Math.imul(f1, b & evenBytes)) | 0;
    const odd = (Math.imul(f0, (a >>> 8) & evenBytes) + Math.imul(f1, (b >>> 8) & evenBytes)) | 0;
    out[i] = even & 0xffff;
    out[i + 1] = odd & 0xffff;
    out[i + 2] = even >>> 16;
    out[i + 3] = odd >>> 16;
  }
  out.fill(0, whole);
  addRow(view, from, f0, out, whole);
  addRow(view, next, f1, out, whole);
}

function sumThree(view: DataView, from: number, f0: number, f1: number, f2: number, out: Float64Array): void {
  const next = from + out.length;
  const last = next + out.length;
  const whole = out.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const a = view.getInt32(from + i, true);
    const b = view.getInt32(next + i, true);
    const c = view.getInt32(last + i, true);
    const evens = Math.imul(f0, a & evenBytes) + Math.imul(f1, b & evenBytes);
    const odds = Math.imul(f0, (a >>> 8) & evenBytes) + Math.imul(f1, (b >>> 8) & evenBytes);
    const even = (evens + Math.imul(f2, c & evenBytes)) | 0;
    const odd = (odds + Math.imul(f2, (c >>> 8) & evenBytes)) | 0;
    out[i] = even & 0xffff;
    out[i + 1] = odd & 0xffff;
    out[i + 2] = even >>> 16;
    out[i + 3] = odd >>> 16;
  }
  out.fill(0, whole);
  addRow(view, from, f0, out, whole);
  addRow(view, next, f1, out, whole);
  addRow(view, last, f2, out, whole);
}

function addPairwise(view: DataView, from: number, factor: number, out: Float64Array): void {
  const whole = out.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const a = view.getInt32(from + i, true);
    const even = Math.imul(factor, a & evenBytes);
    const odd = Math.imul(factor, (a >>> 8) & evenBytes);
    out[i] = out[i]! + (even & 0xffff);
    out[i + 1] = out[i + 1]! + (odd & 0xffff);
    out[i + 2] = out[i + 2]! + (even >>> 16);
    out[i + 3] = out[i + 3]! + (odd >>> 16);
  }
  addRow(view, from, factor, out, whole);
}

/** Byte by byte, from byte `begin` of the row. */
function addRow(view: DataView, from: number, factor: number, out: Float64Array, begin: number): void {
  for (let i = begin; i < out.length; i++) out[i] = out[i]! + factor * view.getUint8(from + i);
}
