import fc from 'fast-check';
import { linearSumAssignment } from 'linear-sum-assignment';
import { expect, test } from 'vitest';
import { groupedMatching } from '../src/grouped-matching.js';
import { type Edges, maximumWeightMatching } from '../src/maximum-weight-matching.js';

const edges = (most: number, weight: fc.Arbitrary<number>): fc.Arbitrary<Edges> =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most })).chain(([rows, columns]) =>
    fc.array(fc.option(weight, { freq: 2 }), { minLength: rows * columns, maxLength: rows * columns }).map((cells) => {
      const there = cells.flatMap((value, cell) => (value === null ? [] : [cell]));
      return {
        rows,
        columns,
        row: there.map((cell) => Math.floor(cell / columns)),
        column: there.map((cell) => cell % columns),
        weight: there.map((cell) => cells[cell]!),
      };
    }),
  );

const realWeight = fc.double({ min: 1e-3, max: 1, noNaN: true });
const tiedWeight = fc.integer({ min: 1, max: 3 });

const total = ({ weight }: Edges, matched: readonly number[]) => matched.reduce((sum, e) => sum + weight[e]!, 0);

/** The highest sum of all matchings, by trying them. */
function bruteForce({ row, column, weight }: Edges, from = 0, used: ReadonlySet<string> = new Set()): number {
  if (from === row.length) return 0;
  const without = bruteForce({ row, column, weight, rows: 0, columns: 0 }, from + 1, used);
  const [r, c] = [`r${row[from]}`, `c${column[from]}`];
  if (used.has(r) || used.has(c)) return without;
  const rest = bruteForce({ row, column, weight, rows: 0, columns: 0 }, from + 1, new Set([...used, r, c]));
  return Math.max(without, weight[from]! + rest);
}

function expectMatching({ row, column }: Edges, matched: readonly number[]): void {
  expect(new Set(matched.map((e) => row[e])).size).toBe(matched.length);
  expect(new Set(matched.map((e) => column[e])).size).toBe(matched.length);
  expect(matched).toEqual([...matched].sort((a, b) => a - b));
}

test.each([
  ['the whole matrix', maximumWeightMatching],
  ['group by group', groupedMatching],
])('%s: no matching is better', (_, matching) => {
  fc.assert(
    fc.property(edges(4, fc.oneof(realWeight, tiedWeight)), (given) => {
      const matched = matching(given);
      expectMatching(given, matched);
      expect(total(given, matched)).toBeCloseTo(bruteForce(given), 9);
    }),
    { numRuns: 300 },
  );
});

test('the sum is that of the library linear-sum-assignment', () => {
  fc.assert(
    fc.property(edges(25, realWeight), (given) => {
      const { rows, columns, row, column, weight } = given;
      const matrix = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
      for (let e = 0; e < row.length; e++) matrix[row[e]!]![column[e]!] = weight[e]!;
      const { gain } = linearSumAssignment(matrix, { maximaze: true });
      for (const matching of [maximumWeightMatching, groupedMatching]) {
        const matched = matching(given);
        expectMatching(given, matched);
        expect(total(given, matched)).toBeCloseTo(gain, 9);
      }
    }),
    { numRuns: 60 },
  );
});

test('among equals the first column wins', () => {
  expect(maximumWeightMatching({ rows: 1, columns: 3, row: [0, 0], column: [1, 2], weight: [0.7, 0.7] })).toEqual([0]);
});

test('nothing to match', () => {
  const empty = { row: [], column: [], weight: [] };
  expect(maximumWeightMatching({ ...empty, rows: 0, columns: 0 })).toEqual([]);
  expect(groupedMatching({ ...empty, rows: 3, columns: 0 })).toEqual([]);
});
