import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blend, dot, normalise } from '../src/embedding.js';

const row = (size: number) =>
  fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: size, maxLength: size });
const rows = fc.integer({ min: 1, max: 19 }).chain((size) => fc.tuple(row(size), row(size)));
const plainDot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('embeddings', () => {
  test('dot is the sum of products, at any place', () => {
    fc.assert(
      fc.property(rows, fc.nat(3), ([a, b], shift) => {
        const left = Float32Array.from([...new Array<number>(shift).fill(9), ...a, 9]);
        expect(dot(left, shift, Float32Array.from(b), 0, a.length)).toBeCloseTo(plainDot(a, b), 9);
      }),
    );
  });

  test('normalise brings rows to length 1, touches nothing else, and leaves zeros', () => {
    fc.assert(
      fc.property(rows, ([a]) => {
        const values = Float32Array.from([7, ...a, 7]);
        const length = normalise(values, 1, a.length);
        const norm = Math.sqrt(plainDot(a, a));
        expect(length).toBeCloseTo(norm === 0 ? 0 : 1, 6);
        expect([values[0], values.at(-1)]).toEqual([7, 7]);
        for (const [i, value] of a.entries()) expect(values[i + 1]).toBeCloseTo(norm === 0 ? 0 : value / norm, 6);
      }),
    );
  });

  test('blend is the average by momentum, of length 1', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), ([a, b], momentum) => {
        const mixed = a.map((value, i) => momentum * value + (1 - momentum) * b[i]!);
        const norm = Math.sqrt(plainDot(mixed, mixed));
        fc.pre(norm > 1e-3);
        const values = Float32Array.from(a);
        blend(values, 0, Float32Array.from(b), 0, a.length, momentum);
        for (const [i, value] of mixed.entries()) expect(values[i]).toBeCloseTo(value / norm, 4);
      }),
    );
  });
});
