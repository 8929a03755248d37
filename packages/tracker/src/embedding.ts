// Appearance vectors: float32 rows of flat arrays, as FairMOT keeps them.

/** Brings a row to length 1 and returns the length it has then, after rounding; a row of zeros stays, of length 0. */
export function normalise(rows: Float32Array, from: number, size: number): number {
  const length = Math.sqrt(dot(rows, from, rows, from, size));
  if (length === 0) return 0;
  let squares = 0;
  for (let i = from; i < from + size; i++) {
    const value = Math.fround(rows[i]! / length);
    rows[i] = value;
    squares += value * value;
  }
  return Math.sqrt(squares);
}

/** Moves a row towards another by exponential averaging, brings it to length 1 and returns its length. */
export function blend(
  rows: Float32Array,
  to: number,
  others: Float32Array,
  from: number,
  size: number,
  momentum: number,
): number {
  const share = 1 - momentum;
  for (let i = 0; i < size; i++) rows[to + i] = momentum * rows[to + i]! + share * others[from + i]!;
  return normalise(rows, to, size);
}

/** Scalar product of two rows, in float64 with four running sums. */
export function dot(a: Float32Array, aFrom: number, b: Float32Array, bFrom: number, size: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < size; i += 4) {
    s0 += a[aFrom + i]! * b[bFrom + i]!;
    s1 += a[aFrom + i + 1]! * b[bFrom + i + 1]!;
    s2 += a[aFrom + i + 2]! * b[bFrom + i + 2]!;
    s3 += a[aFrom + i + 3]! * b[bFrom + i + 3]!;
  }
  for (; i < size; i++) s0 += a[aFrom + i]! * b[bFrom + i]!;
  return s0 + s1 + (s2 + s3);
}
