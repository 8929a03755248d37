// Against all pairs computed plainly: nothing that the gates leave out may cost less than the threshold.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameDetections } from '../src/frame-detections.js';
import { appearanceCosts, overlapCosts } from '../src/matching-costs.js';
import { trackerOptionsFrom } from '../src/options.js';
import { SparseCosts } from '../src/sparse-costs.js';
import type { TrackRecord } from '../src/track.js';
import { TrackStore } from '../src/track-store.js';
import { inputFrom } from './scenes.js';

const coordinate = fc.double({ min: 0, max: 60, noNaN: true });
const size = fc.double({ min: 4, max: 60, noNaN: true });
const look = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 });
const rows = fc.array(
  fc.tuple(coordinate, coordinate, size, size, look).map(([x, y, w, h, e]) => [x, y, x + w, y + h, 0.9, ...e]),
  { maxLength: 8 },
);

function read(list: number[][]): FrameDetections {
  const detections = new FrameDetections();
  detections.read(inputFrom(list), 0);
  return detections;
}

function storeOf(list: number[][], steps: number): { store: TrackStore; tracks: TrackRecord[] } {
  const options = trackerOptionsFrom({});
  const store = new TrackStore(options, 5);
  const detections = read(list);
  const tracks = list.map((_, j) => ({ slot: store.add(detections, j) }) as TrackRecord);
  for (let k = 0; k < steps; k++) for (const { slot } of tracks) store.predict(slot, false);
  return { store, tracks };
}

/** The sparse costs as a dense matrix, Infinity where there is no entry. */
function dense(costs: SparseCosts): number[][] {
  return Array.from({ length: costs.rows }, (_, row) => {
    const line = new Array<number>(costs.columns).fill(Number.POSITIVE_INFINITY);
    for (let e = costs.rowStart[row]!; e < costs.rowStart[row + 1]!; e++) line[costs.column[e]!] = costs.cost[e]!;
    return line;
  });
}

const boxOf = (row: number[]) => [
  (row[0]! + row[2]!) / 2,
  (row[1]! + row[3]!) / 2,
  (row[2]! - row[0]!) / (row[3]! - row[1]!),
  row[3]! - row[1]!,
];

function cosineDistance(a: number[], b: number[]): number {
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 1 : Math.max(0, 1 - dot(a, b) / lengths);
}

/** Of the rows brought to length 1. */
function euclideanDistance(a: number[], b: number[]): number {
  const [u, v] = [a, b].map((row) => row.map((value) => value / (Math.hypot(...row) || 1))) as [number[], number[]];
  return Math.hypot(...u.map((value, i) => value - v[i]!));
}

const distance = fc.constantFrom('cosine' as const, 'euclidean' as const);
const closeTo = (a: number, b: number) => Math.abs(a - b) < 1e-5;

/** The cost, Infinity above the limit, or NaN where rounding may decide. */
function below(limit: number, cost: number): number {
  if (closeTo(cost, limit)) return Number.NaN;
  return cost < limit ? cost : Number.POSITIVE_INFINITY;
}

/** Entries that are NaN in `expected` may be anything. */
function expectSameCosts(received: number[][], expected: number[][]): void {
  expect(received.length).toBe(expected.length);
  expected.forEach((line, i) => {
    line.forEach((value, j) => {
      if (Number.isNaN(value)) return;
      if (value === Number.POSITIVE_INFINITY) expect(received[i]![j]).toBe(value);
      else expect(received[i]![j]).toBeCloseTo(value, 5);
    });
  });
}

describe('appearanceCosts', () => {
  test('has every pair within the gate that costs less than the threshold, and no other', () => {
    fc.assert(
      fc.property(rows, rows, fc.nat(12), fc.boolean(), distance, (tracked, seen, steps, gateOnPosition, kind) => {
        const options = trackerOptionsFrom({ gateOnPosition, appearanceThreshold: 0.7, appearanceDistance: kind });
        const { store, tracks } = storeOf(tracked, steps);
        const costs = new SparseCosts();
        appearanceCosts(costs, store, tracks, read(seen), options);
        const variances = new Float64Array(4);
        const expected = tracked.map((row, i) => {
          store.kalman.innovationVariances(tracks[i]!.slot, variances);
          return seen.map((other) => {
            const [z, x] = [boxOf(inputRow(other)), boxOf(inputRow(row))];
            const terms = z.map((value, k) => (value - x[k]!) ** 2 / variances[k]!).slice(0, gateOnPosition ? 2 : 4);
            const motion = terms.reduce((sum, term) => sum + term, 0);
            const looks = kind === 'cosine' ? cosineDistance : euclideanDistance;
            const cost = 0.98 * looks(row.slice(5), other.slice(5)) + 0.02 * motion;
            return closeTo(motion, options.gate)
              ? Number.NaN
              : motion < options.gate
                ? below(0.7, cost)
                : Number.POSITIVE_INFINITY;
          });
        });
        expectSameCosts(dense(costs), expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('overlapCosts', () => {
  test('has every pair of the picked detections below the limit', () => {
    fc.assert(
      fc.property(rows, rows, fc.constantFrom(0, 1), (tracked, seen, pixel) => {
        const { store, tracks } = storeOf(tracked, 0);
        const picked = seen.map((_, j) => j).reverse();
        const costs = new SparseCosts();
        overlapCosts(costs, store, tracks, read(seen), picked, picked.length, { limit: 0.7, pixel });
        const expected = tracked.map((row) =>
          picked.map((j) => {
            const [a, b] = [inputRow(row), inputRow(seen[j]!)];
            const side = (k: number) => Math.max(0, Math.min(a[k + 2]!, b[k + 2]!) - Math.max(a[k]!, b[k]!) + pixel);
            const area = (box: number[]) => (box[2]! - box[0]! + pixel) * (box[3]! - box[1]! + pixel);
            const both = side(0) * side(1);
            const distance = 1 - both / (area(a) + area(b) - both);
            return below(0.7, distance);
          }),
        );
        expectSameCosts(dense(costs), expected);
      }),
      { numRuns: 200 },
    );
  });
});

/** A row in the float32 that the tracker is given. */
function inputRow(row: number[]): number[] {
  return row.map(Math.fround);
}
