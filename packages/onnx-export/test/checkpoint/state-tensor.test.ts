import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileBytes } from '../../src/checkpoint/file-bytes.js';
import type { TensorReference } from '../../src/checkpoint/pickle-value.js';
import { stateTensorFromReference } from '../../src/checkpoint/state-tensor.js';
import type { StorageSource } from '../../src/checkpoint/storage-source.js';

/** A source in memory that notes what was read of it. */
function sourceOf(values: Float32Array): StorageSource & { reads: [offset: number, length: number][] } {
  const bytes = new Uint8Array(values.buffer);
  const reads: [number, number][] = [];
  return {
    file: { path: 'a.pth' } as FileBytes,
    bigEndian: false,
    size: (key) => (key === '0' ? bytes.length : null),
    read: async (_, offset, length) => {
      reads.push([offset, length]);
      return bytes.slice(offset, offset + length);
    },
    reads,
  };
}

function referenceOf(count: number, offset: number, shape: number[], strides: number[], start = 0): TensorReference {
  const storage = { kind: 'storage', key: '0', dtype: 'float32', count: count - start, start } as const;
  return { kind: 'tensor', dtype: 'float32', storage, offset, shape, strides };
}

/** Element by element from the definition: storage[start + offset + sum index * stride], last index fastest. */
function bruteForce(
  values: Float32Array,
  first: number,
  shape: readonly number[],
  strides: readonly number[],
): number[] {
  if (shape.length === 0) return [values[first]!];
  const [size, ...inner] = shape as [number, ...number[]];
  const [stride, ...rest] = strides as [number, ...number[]];
  return Array.from({ length: size }, (_, i) => bruteForce(values, first + i * stride, inner, rest)).flat();
}

const dimension = fc.record({ size: fc.nat(4), stride: fc.nat(7) });
const window = fc.record({
  dimensions: fc.array(dimension, { maxLength: 5 }),
  offset: fc.nat(9),
  start: fc.nat(5),
  slack: fc.nat(3),
});

describe('stateTensorFromReference', () => {
  test('reads any strided window as its definition says, and only the bytes it spans', async () => {
    await fc.assert(
      fc.asyncProperty(window, async ({ dimensions, offset, start, slack }) => {
        const shape = dimensions.map(({ size }) => size);
        const strides = dimensions.map(({ stride }) => stride);
        const span = shape.includes(0)
          ? 0
          : dimensions.reduce((last, { size, stride }) => last + (size - 1) * stride, 1);
        const values = Float32Array.from({ length: start + offset + span + slack }, (_, i) => i + 0.5);
        const source = sourceOf(values);
        const tensor = stateTensorFromReference('w', referenceOf(values.length, offset, shape, strides, start), source);
        expect([...(await tensor.read())]).toEqual(bruteForce(values, start + offset, shape, strides));
        expect(source.reads).toEqual(span === 0 ? [] : [[(start + offset) * 4, span * 4]]);
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses any window that leaves its storage', () => {
    fc.assert(
      fc.property(window, fc.integer({ min: 1, max: 4 }), ({ dimensions, offset }, missing) => {
        const shape = dimensions.map(({ size }) => size + 1);
        const strides = dimensions.map(({ stride }) => stride);
        const needed = offset + shape.reduce((last, size, i) => last + (size - 1) * strides[i]!, 1);
        fc.pre(needed >= missing);
        const values = new Float32Array(needed - missing);
        const making = () =>
          stateTensorFromReference('w', referenceOf(values.length, offset, shape, strides), sourceOf(values));
        expect(making).toThrow(/inside its storage .*: tensor w in a\.pth$/);
      }),
    );
  });
});
