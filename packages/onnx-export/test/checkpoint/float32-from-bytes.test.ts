import { describe, expect, test } from 'vitest';
import { float32FromBytes } from '../../src/checkpoint/float32-from-bytes.js';

/** Every 16-bit pattern, as bytes. */
function everyPattern(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer);
}

/** The value of an IEEE 754 pattern, digit by digit, from its binary text. */
function valueOfPattern(bits: number, exponentBits: number, fractionBits: number): number {
  const text = bits.toString(2).padStart(1 + exponentBits + fractionBits, '0');
  const sign = text[0] === '1' ? -1 : 1;
  const exponent = Number.parseInt(text.slice(1, 1 + exponentBits), 2);
  let fraction = 0;
  [...text.slice(1 + exponentBits)].forEach((digit, i) => {
    if (digit === '1') fraction += 2 ** -(i + 1);
  });
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

describe('float32FromBytes', () => {
  test.each([
    ['float16', 5, 10],
    ['bfloat16', 8, 7],
  ] as const)('every %s', (dtype, exponentBits, fractionBits) => {
    const values = float32FromBytes(everyPattern(), dtype);
    let wrong = 0;
    for (let bits = 0; bits < 65536; bits++) {
      if (!Object.is(values[bits], valueOfPattern(bits, exponentBits, fractionBits))) wrong++;
    }
    expect(wrong).toBe(0);
  });

  test('bool is 0 or 1 whatever the byte', () => {
    expect([...float32FromBytes(Uint8Array.of(0, 1, 2, 255), 'bool')]).toEqual([0, 1, 1, 1]);
  });

  test('int64 and float64 round to the nearest float32', () => {
    const integers = BigInt64Array.of(2n ** 24n + 1n, 2n ** 24n + 3n, -(2n ** 63n), -1n);
    expect([...float32FromBytes(new Uint8Array(integers.buffer), 'int64')]).toEqual([
      16777216,
      16777220,
      -(2 ** 63),
      -1,
    ]);
    const doubles = Float64Array.of(0.1, 1e300, -1e-300);
    expect([...float32FromBytes(new Uint8Array(doubles.buffer), 'float64')]).toEqual([Math.fround(0.1), Infinity, -0]);
  });
});
