// Costs of the pairs that may be matched, row by row; all other pairs are impossible.

/** A sparse cost matrix, written one row after the other; reused between frames. */
export class SparseCosts {
  rows = 0;
  columns = 0;
  /** Row r has the entries rowStart[r] up to rowStart[r + 1]. */
  rowStart = new Int32Array(64);
  /** Column of each entry, ascending within a row. */
  column = new Int32Array(256);
  cost = new Float64Array(256);
  #entries = 0;

  /** Forgets everything; rows come with `endRow`. */
  begin(columns: number): void {
    this.rows = 0;
    this.columns = columns;
    this.#entries = 0;
    this.rowStart[0] = 0;
  }

  /** Adds an entry to the current row. */
  add(column: number, cost: number): void {
    const at = this.#entries++;
    if (at === this.column.length) {
      this.column = enlarged(this.column, new Int32Array(2 * at));
      this.cost = enlarged(this.cost, new Float64Array(2 * at));
    }
    this.column[at] = column;
    this.cost[at] = cost;
  }

  endRow(): void {
    this.rows += 1;
    if (this.rows === this.rowStart.length) this.rowStart = enlarged(this.rowStart, new Int32Array(2 * this.rows));
    this.rowStart[this.rows] = this.#entries;
  }
}

function enlarged<T extends Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
