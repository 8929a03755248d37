import fc from 'fast-check';
import { linearSumAssignment } from 'linear-sum-assignment';
import { describe, expect, test } from 'vitest';
import { partialAssignment } from '../src/index.js';
import { PartialAssignment } from '../src/partial-assignment.js';
import { SparseCosts } from '../src/sparse-costs.js';

/** Sum of the matched costs, and half the limit for each row or column that stays alone. */
function total(
  costs: readonly number[],
  rows: number,
  columns: number,
  limit: number,
  columnOfRow: ArrayLike<number>,
): number {
  let sum = 0;
  let matched = 0;
  for (let row = 0; row < rows; row++) {
    if (columnOfRow[row]! < 0) continue;
    sum += costs[row * columns + columnOfRow[row]!]!;
    matched += 1;
  }
  return sum + (limit / 2) * (rows + columns - 2 * matched);
}

/** The lowest total of all partial matchings, each tried. */
function lowestTotal(costs: readonly number[], rows: number, columns: number, limit: number): number {
  const place = (row: number, used: Set<number>): number => {
    if (row === rows) return (limit / 2) * (columns - used.size);
    let best = limit / 2 + place(row + 1, used);
    for (let column = 0; column < columns; column++) {
      if (used.has(column)) continue;
      const rest = place(row + 1, new Set([...used, column]));
      best = Math.min(best, costs[row * columns + column]! + rest);
    }
    return best;
  };
  return place(0, new Set());
}

/** The total of lap.lapjv(costs, extend_cost=True, cost_limit=limit): a full assignment of the extended square matrix. */
function extendedTotal(costs: readonly number[], rows: number, columns: number, limit: number): number {
  const size = rows + columns;
  const extended = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) => {
      if (i < rows && j < columns) return Math.min(costs[i * columns + j]!, 1e6);
      return i >= rows && j >= columns ? 0 : limit / 2;
    }),
  );
  const { rowAssignments } = linearSumAssignment(extended as unknown as number[][], { maximaze: false });
  return extended.reduce((sum, row, i) => sum + row[rowAssignments[i]!]!, 0);
}

function expectValid(columnOfRow: Int32Array, rows: number, columns: number): void {
  const used = [...columnOfRow].filter((column) => column >= 0);
  expect(columnOfRow.length).toBe(rows);
  expect(new Set(used).size).toBe(used.length);
  expect(used.every((column) => column < columns)).toBe(true);
}

/** Costs with many ties, some impossible pairs. */
const fewLevels = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -2, max: 12 }).map((n) => n / 8) },
  fc.constant(Infinity),
);
const anyCost = fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, fc.constant(Infinity));

const problem = (cost: fc.Arbitrary<number>, most: number) =>
  fc.tuple(fc.nat(most), fc.nat(most), fc.constantFrom(0.125, 0.4, 0.5, 0.7, 1)).chain(([rows, columns, limit]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      limit: fc.constant(limit),
      costs: fc.array(cost, { minLength: rows * columns, maxLength: rows * columns }),
    }),
  );

describe('partialAssignment', () => {
  test('is as cheap as the best of all partial matchings', () => {
    fc.assert(
      fc.property(fc.oneof(problem(fewLevels, 5), problem(anyCost, 5)), ({ rows, columns, limit, costs }) => {
        const received = partialAssignment(costs, rows, columns, limit);
        expectValid(received, rows, columns);
        expect(total(costs, rows, columns, limit, received)).toBeCloseTo(lowestTotal(costs, rows, columns, limit), 12);
      }),
      { numRuns: 400 },
    );
  });

  test('is as cheap as the full assignment of the extended matrix', () => {
    fc.assert(
      fc.property(fc.oneof(problem(fewLevels, 30), problem(anyCost, 30)), ({ rows, columns, limit, costs }) => {
        fc.pre(rows > 0 && columns > 0);
        const received = partialAssignment(costs, rows, columns, limit);
        expectValid(received, rows, columns);
        expect(total(costs, rows, columns, limit, received)).toBeCloseTo(extendedTotal(costs, rows, columns, limit), 9);
      }),
      { numRuns: 60 },
    );
  });

  test('never matches at the limit or above', () => {
    fc.assert(
      fc.property(problem(fewLevels, 6), ({ rows, columns, limit, costs }) => {
        partialAssignment(costs, rows, columns, limit).forEach((column, row) => {
          if (column >= 0) expect(costs[row * columns + column]!).toBeLessThan(limit);
        });
      }),
    );
  });

  test('is no full assignment filtered afterwards', () => {
    // all four pairs cost less together crosswise, but 0.1 + alone + alone is cheapest
    expect([...partialAssignment([0.1, 0.45, 0.45, 2], 2, 2, 0.5)]).toEqual([0, -1]);
    expect([...partialAssignment([0.1, 0.2, 0.15, 0.9], 2, 2, 0.5)]).toEqual([1, 0]);
  });

  test('gives ties to the lowest index', () => {
    expect([...partialAssignment([0.2, 0.2, 0.2, 0.2], 2, 2, 0.5)]).toEqual([0, 1]);
    expect([...partialAssignment([0.2, 0.2, 0.2], 3, 1, 0.5)]).toEqual([0, -1, -1]);
  });

  test('refuses what it cannot solve', () => {
    expect(() => partialAssignment([0.1], 1, 2, 0.5)).toThrow(
      new RangeError('Expected costs to hold 1 x 2 numbers but received 1'),
    );
    expect(() => partialAssignment([Number.NaN], 1, 1, 0.5)).toThrow(
      'Expected costs to be numbers but received NaN in row 0, column 0',
    );
    expect(() => partialAssignment([0.1], 1, 1, Infinity)).toThrow('Expected a finite limit but received Infinity');
  });
});

describe('PartialAssignment', () => {
  test('solves one problem after another of any size as if each were the first', () => {
    const assignment = new PartialAssignment();
    const sparse = new SparseCosts();
    fc.assert(
      fc.property(problem(fewLevels, 12), ({ rows, columns, limit, costs }) => {
        sparse.begin(columns);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const cost = costs[row * columns + column]!;
            if (cost < limit) sparse.add(column, cost);
          }
          sparse.endRow();
        }
        assignment.solve(sparse, limit);
        const columnOfRow = assignment.columnOfRow.slice(0, rows);
        expect([...columnOfRow]).toEqual([...partialAssignment(costs, rows, columns, limit)]);
        for (let column = 0; column < columns; column++) {
          expect(assignment.rowOfColumn[column]).toBe(columnOfRow.indexOf(column));
        }
      }),
    );
  });
});
