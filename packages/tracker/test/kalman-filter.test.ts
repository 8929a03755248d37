// Against the filter as textbooks write it: dense 8x8 matrices, a general inverse, FairMOT's noise.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KalmanFilter } from '../src/kalman-filter.js';

type Matrix = number[][];
const zeros = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
const diagonal = (values: number[]): Matrix => values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const combined = (a: Matrix, b: Matrix, sign: number): Matrix =>
  a.map((row, i) => row.map((v, j) => v + sign * b[i]![j]!));

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/** Gauss-Jordan with row exchanges. */
function inverse(a: Matrix): Matrix {
  const n = a.length;
  const work = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < n; i++) {
    const pivot = work.findIndex(
      (row, r) => r >= i && Math.abs(row[i]!) === Math.max(...work.slice(i).map((w) => Math.abs(w[i]!))),
    );
    [work[i], work[pivot]] = [work[pivot]!, work[i]!];
    work[i] = work[i]!.map((value) => value / work[i]![i]!);
    for (let r = 0; r < n; r++) if (r !== i) work[r] = work[r]!.map((value, k) => value - work[r]![i]! * work[i]![k]!);
  }
  return work.map((row) => row.slice(n));
}

const motion = diagonal(new Array(8).fill(1));
for (let i = 0; i < 4; i++) motion[i]![i + 4] = 1;
const observed = zeros(4, 8).map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
const squares = (deviations: number[]) => diagonal(deviations.map((deviation) => deviation ** 2));

/** The filter of FairMOT's docstrings, in matrices. */
class DenseFilter {
  mean: Matrix;
  covariance: Matrix;

  constructor(z: number[]) {
    const h = z[3]!;
    this.mean = [...z, 0, 0, 0, 0].map((value) => [value]);
    this.covariance = squares([h / 10, h / 10, 1e-2, h / 10, h / 16, h / 16, 1e-5, h / 16]);
  }

  predict(freezeHeight: boolean): void {
    if (freezeHeight) this.mean[7]![0] = 0;
    const h = this.mean[3]![0]!;
    const noise = squares([h / 20, h / 20, 1e-2, h / 20, h / 160, h / 160, 1e-5, h / 160]);
    this.mean = product(motion, this.mean);
    this.covariance = combined(product(product(motion, this.covariance), transposed(motion)), noise, 1);
  }

  projected(): Matrix {
    const h = this.mean[3]![0]!;
    const noise = squares([h / 20, h / 20, 1e-1, h / 20]);
    return combined(product(product(observed, this.covariance), transposed(observed)), noise, 1);
  }

  update(z: number[]): void {
    const expected = this.projected();
    const gain = product(product(this.covariance, transposed(observed)), inverse(expected));
    const innovation = z.map((value, i) => [value - this.mean[i]![0]!]);
    this.mean = combined(this.mean, product(gain, innovation), 1);
    this.covariance = combined(this.covariance, product(product(gain, expected), transposed(gain)), -1);
  }
}

function expectClose(received: number, expected: number): void {
  expect(Math.abs(received - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

function expectSame(filter: KalmanFilter, slot: number, dense: DenseFilter): void {
  for (let i = 0; i < 8; i++) {
    expectClose(filter.mean[8 * slot + i]!, dense.mean[i]![0]!);
    for (let j = 0; j < 8; j++) expectClose(entry(filter, slot, i, j), dense.covariance[i]![j]!);
  }
  const variances = new Float64Array(4);
  filter.innovationVariances(slot, variances);
  const projected = dense.projected();
  for (let i = 0; i < 4; i++) expectClose(variances[i]!, projected[i]![i]!);
}

/** One entry of the 8x8 covariance from its blocks. */
function entry(filter: KalmanFilter, slot: number, i: number, j: number): number {
  if (i % 4 !== j % 4) return 0;
  const part = Math.floor(i / 4) + Math.floor(j / 4);
  return filter.covariance[12 * slot + 3 * (i % 4) + part]!;
}

const measurement = fc.tuple(
  fc.double({ min: -500, max: 2000, noNaN: true }),
  fc.double({ min: -500, max: 2000, noNaN: true }),
  fc.double({ min: 0.1, max: 3, noNaN: true }),
  fc.double({ min: 1, max: 900, noNaN: true }),
);

describe('KalmanFilter', () => {
  test('equals the dense filter over any steps, in any slot', () => {
    const step = fc.record({ freeze: fc.boolean(), seen: fc.option(measurement) });
    fc.assert(
      fc.property(measurement, fc.array(step, { maxLength: 25 }), fc.nat(5), (first, steps, slot) => {
        const filter = new KalmanFilter({ positionNoise: 1 / 20, velocityNoise: 1 / 160 });
        filter.reserve(slot + 1);
        const dense = new DenseFilter(first);
        filter.initiate(slot, Float64Array.from([0, 0, 0, 0, ...first]), 4);
        expectSame(filter, slot, dense);
        for (const { freeze, seen } of steps) {
          filter.predict(slot, freeze);
          dense.predict(freeze);
          if (seen) {
            filter.update(slot, Float64Array.from(seen), 0);
            dense.update(seen);
          }
          expectSame(filter, slot, dense);
        }
      }),
    );
  });

  test('keeps states when it makes room', () => {
    const filter = new KalmanFilter({ positionNoise: 0.05, velocityNoise: 0.00625 });
    filter.reserve(1);
    filter.initiate(0, Float64Array.of(10, 20, 0.5, 40), 0);
    const box = new Float64Array(4);
    filter.reserve(1000);
    filter.writeBox(0, box, 0);
    expect([...box]).toEqual([0, 0, 20, 40]);
  });
});
