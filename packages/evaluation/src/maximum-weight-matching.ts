import { denseMatching } from './dense-matching.js';

/** Pairs of rows and columns that may be matched, each at most once. */
export interface Edges {
  readonly rows: number;
  readonly columns: number;
  readonly row: ArrayLike<number>;
  readonly column: ArrayLike<number>;
  /** Above 0. */
  readonly weight: ArrayLike<number>;
}

/**
 * The edges of the matching with the highest sum of weights, in ascending order. Rows and columns may stay alone. Deterministic; where
 * several matchings are the best, it is the one that SciPy's `linear_sum_assignment` of the whole matrix finds.
 *
 * @example
 * maximumWeightMatching({ rows: 2, columns: 2, row: [0, 0, 1], column: [0, 1, 0], weight: [0.9, 0.8, 0.7] }); // [1, 2]
 */
export function maximumWeightMatching(edges: Edges): number[] {
  const { rows, columns, row, column, weight } = edges;
  const count = row.length;
  if (!hasRivals(edges)) return Array.from({ length: count }, (_, e) => e);
  // The shorter side is assigned; the matrix is transposed where that is the columns.
  const flip = rows > columns;
  const [shorter, longer] = flip ? [columns, rows] : [rows, columns];
  const weights = new Float64Array(shorter * longer);
  const edgeAt = new Int32Array(shorter * longer).fill(-1);
  for (let e = 0; e < count; e++) {
    const cell = flip ? column[e]! * longer + row[e]! : row[e]! * longer + column[e]!;
    weights[cell] = weight[e]!;
    edgeAt[cell] = e;
  }
  const matched: number[] = [];
  denseMatching(weights, shorter, longer).forEach((other, index) => {
    const edge = edgeAt[index * longer + other]!;
    if (edge !== -1) matched.push(edge);
  });
  return matched.sort((a, b) => a - b);
}

/** Whether any row or column has more than one edge. */
function hasRivals({ rows, columns, row, column }: Edges): boolean {
  const seen = new Uint8Array(rows + columns);
  for (let e = 0; e < row.length; e++) {
    if (seen[row[e]!] === 1 || seen[rows + column[e]!] === 1) return true;
    seen[row[e]!] = 1;
    seen[rows + column[e]!] = 1;
  }
  return false;
}
