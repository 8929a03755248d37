// Minimum-cost partial matching: rows and columns are paired, or stay alone at a price. Shortest augmenting paths with dual
// variables (Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987)
// on the sparse costs, so that each group of rows and columns that compete is solved by itself.
import { SparseCosts } from './sparse-costs.js';

/** Solves matchings; its arrays are reused. */
export class PartialAssignment {
  /** [rows] the column of each row, or -1. Overwritten by the next `solve`. */
  columnOfRow = new Int32Array(0);
  /** [columns] the row of each column, or -1. Overwritten by the next `solve`. */
  rowOfColumn = new Int32Array(0);
  #rowPrice = new Float64Array(0); // dual u
  #columnPrice = new Float64Array(0); // dual v, at most 0, and 0 where the column is alone
  #distance = new Float64Array(0);
  #from = new Int32Array(0); // row before a column on its shortest path
  #state = new Uint8Array(0); // 0 unseen, 1 seen, 2 settled
  #seen = new Int32Array(0);

  /**
   * The matching with the lowest sum of costs where a row and a column that stay alone cost `limit` together. This equals
   * `lap.lapjv(costs, extend_cost=True, cost_limit=limit)`, not a full assignment filtered afterwards. Only entries below
   * the limit may be given: no other can lower the sum. Deterministic: among equals, the lowest indices first.
   */
  solve(costs: SparseCosts, limit: number): void {
    this.#prepare(costs.rows, costs.columns);
    const { rowStart, column, cost } = costs;
    for (let row = 0; row < costs.rows; row++) {
      let least = limit;
      let nearest = -1;
      for (let e = rowStart[row]!; e < rowStart[row + 1]!; e++) {
        if (cost[e]! < least) {
          least = cost[e]!;
          nearest = column[e]!;
        }
      }
      this.#rowPrice[row] = least;
      if (nearest !== -1 && this.rowOfColumn[nearest] === -1) this.#pair(row, nearest);
    }
    for (let row = 0; row < costs.rows; row++) {
      if (this.columnOfRow[row] === -1 && rowStart[row]! < rowStart[row + 1]!) this.#augment(costs, limit, row);
    }
  }

  #prepare(rows: number, columns: number): void {
    if (this.columnOfRow.length < rows) {
      this.columnOfRow = new Int32Array(2 * rows);
      this.#rowPrice = new Float64Array(2 * rows);
    }
    if (this.rowOfColumn.length < columns) {
      this.rowOfColumn = new Int32Array(2 * columns);
      this.#columnPrice = new Float64Array(2 * columns);
      this.#distance = new Float64Array(2 * columns);
      this.#from = new Int32Array(2 * columns);
      this.#state = new Uint8Array(2 * columns);
      this.#seen = new Int32Array(2 * columns);
    }
    this.columnOfRow.fill(-1, 0, rows);
    this.rowOfColumn.fill(-1, 0, columns);
    this.#columnPrice.fill(0, 0, columns);
  }

  #pair(row: number, column: number): void {
    this.columnOfRow[row] = column;
    this.rowOfColumn[column] = row;
  }

  /** Finds the cheapest way to place `start`: a chain of swaps that ends in a free column or leaves one row alone. */
  #augment(costs: SparseCosts, limit: number, start: number): void {
    const rowPrice = this.#rowPrice;
    let seen = 0;
    let row = start;
    let reached = 0; // distance of `row`
    let length = limit - rowPrice[start]!; // of the best way found that leaves a row alone
    let loneRow = start;
    let end = -1;
    for (;;) {
      seen = this.#scanRow(costs, row, reached, seen);
      const next = this.#nearestSeen(seen);
      if (next === -1 || this.#distance[next]! >= length) break;
      this.#state[next] = 2;
      reached = this.#distance[next]!;
      row = this.rowOfColumn[next]!;
      if (row === -1) {
        end = next;
        length = reached;
        break;
      }
      if (reached + limit - rowPrice[row]! < length) {
        length = reached + limit - rowPrice[row]!;
        loneRow = row;
      }
    }
    this.#raisePrices(start, length, seen);
    this.#swapAlong(start, end, loneRow);
  }

  /** Shortens the distances of the row's columns; returns how many columns have been seen. */
  #scanRow({ rowStart, column, cost }: SparseCosts, row: number, reached: number, seen: number): number {
    let count = seen;
    const base = reached - this.#rowPrice[row]!;
    for (let e = rowStart[row]!; e < rowStart[row + 1]!; e++) {
      const j = column[e]!;
      const state = this.#state[j];
      if (state === 2) continue;
      const distance = Math.max(reached, base + cost[e]! - this.#columnPrice[j]!);
      if (state === 0) {
        this.#state[j] = 1;
        this.#seen[count++] = j;
      } else if (distance >= this.#distance[j]!) continue;
      this.#distance[j] = distance;
      this.#from[j] = row;
    }
    return count;
  }

  #nearestSeen(seen: number): number {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let s = 0; s < seen; s++) {
      const j = this.#seen[s]!;
      if (this.#state[j] === 2) continue;
      const distance = this.#distance[j]!;
      if (distance < least || (distance === least && j < nearest)) {
        least = distance;
        nearest = j;
      }
    }
    return nearest;
  }

  #raisePrices(start: number, length: number, seen: number): void {
    this.#rowPrice[start] = this.#rowPrice[start]! + length;
    for (let s = 0; s < seen; s++) {
      const j = this.#seen[s]!;
      if (this.#state[j] === 2) {
        const slack = length - this.#distance[j]!;
        this.#columnPrice[j] = this.#columnPrice[j]! - slack;
        const row = this.rowOfColumn[j]!;
        if (row !== -1) this.#rowPrice[row] = this.#rowPrice[row]! + slack;
      }
      this.#state[j] = 0;
    }
  }

  #swapAlong(start: number, end: number, loneRow: number): void {
    let column = end;
    if (end === -1) {
      if (loneRow === start) return;
      column = this.columnOfRow[loneRow]!;
      this.columnOfRow[loneRow] = -1;
    }
    for (;;) {
      const row = this.#from[column]!;
      const previous = this.columnOfRow[row]!;
      this.#pair(row, column);
      if (row === start) return;
      column = previous;
    }
  }
}

/**
 * Minimum-cost partial matching of a dense cost matrix, as `lap.lapjv(costs, extend_cost=True, cost_limit=limit)`: a row and a
 * column that both stay alone cost `limit` together. A pair that costs the limit or more is never matched.
 *
 * @param costs [rows, columns], row after row; Infinity where a pair is impossible
 * @returns [rows] the column of each row, or -1
 * @throws RangeError if the lengths do not fit a cost is NaN, or the limit is not finite
 * @example
 * partialAssignment([0.1, 0.2, 0.15, 0.9], 2, 2, 0.5); // Int32Array [1, 0]
 */
export function partialAssignment(costs: ArrayLike<number>, rows: number, columns: number, limit: number): Int32Array {
  if (costs.length !== rows * columns) {
    throw new RangeError(`Expected costs to hold ${rows} x ${columns} numbers but received ${costs.length}`);
  }
  if (!Number.isFinite(limit)) throw new RangeError(`Expected a finite limit but received ${limit}`);
  const sparse = new SparseCosts();
  sparse.begin(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cost = costs[row * columns + column]!;
      if (Number.isNaN(cost))
        throw new RangeError(`Expected costs to be numbers but received NaN in row ${row}, column ${column}`);
      if (cost < limit) sparse.add(column, cost);
    }
    sparse.endRow();
  }
  const assignment = new PartialAssignment();
  assignment.solve(sparse, limit);
  return assignment.columnOfRow.slice(0, rows);
}
