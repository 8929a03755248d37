import { describe, expect, test } from 'vitest';
import { expectFinite, nonFiniteIndex } from '../../src/checkpoint/non-finite.js';

describe('nonFiniteIndex', () => {
  test('finds the first NaN or infinity', () => {
    expect(nonFiniteIndex(Float32Array.of(1, Number.NaN, Infinity))).toBe(1);
    expect(nonFiniteIndex(Float32Array.of(1, 2, -Infinity))).toBe(2);
    expect(nonFiniteIndex(Float32Array.of(0, -0, 3.4e38, 1e-45))).toBe(-1);
    expect(nonFiniteIndex(new Float32Array(0))).toBe(-1);
  });
});

describe('expectFinite', () => {
  test('names the tensor, the element and what is there', () => {
    expect(() => expectFinite('hm.0.weight', Float32Array.of(0, Number.NaN))).toThrow(
      'Expected finite numbers but received NaN at element 1 of tensor hm.0.weight',
    );
    expect(() => expectFinite('wh.2.bias', Float32Array.of(-Infinity))).toThrow(
      /received -Infinity at element 0 of tensor wh\.2\.bias/,
    );
    expect(() => expectFinite('hm.2.bias', Float32Array.of(1))).not.toThrow();
  });
});
