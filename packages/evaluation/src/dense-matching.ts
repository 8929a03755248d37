// Shortest augmenting paths with dual variables. Sources: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and
// sparse linear assignment problems", 1987; Crouse, "On implementing 2D rectangular assignment algorithms", 2016.

/**
 * The assignment of every row to a column of its own with the highest sum of weights.
 *
 * @param weights [rows, columns], row after row, finite
 * @param rows at most as many as columns
 * @returns [rows] the column of each row
 */
export function denseMatching(weights: Float64Array, rows: number, columns: number): Int32Array {
  const search: Search = {
    weights,
    columns,
    columnOfRow: new Int32Array(rows).fill(-1),
    rowOfColumn: new Int32Array(columns).fill(-1),
    rowPrice: new Float64Array(rows),
    columnPrice: new Float64Array(columns),
    distance: new Float64Array(columns),
    from: new Int32Array(columns),
    open: new Int32Array(columns),
  };
  for (let row = 0; row < rows; row++) augment(search, row);
  return search.columnOfRow;
}

interface Search {
  readonly weights: Float64Array;
  readonly columns: number;
  readonly columnOfRow: Int32Array;
  readonly rowOfColumn: Int32Array;
  readonly rowPrice: Float64Array;
  readonly columnPrice: Float64Array;
  /** Of each column from the row that is being placed. */
  readonly distance: Float64Array;
  /** Row before each column on the shortest path to it. */
  readonly from: Int32Array;
  /** Columns: first those not settled, then the settled ones, latest first. */
  readonly open: Int32Array;
}

/** Finds the cheapest chain of swaps that places `start` and makes it. */
function augment(search: Search, start: number): void {
  const { columns, rowOfColumn, distance, open } = search;
  distance.fill(Number.POSITIVE_INFINITY);
  // From the last column to the first, as SciPy goes: it decides who wins among equals.
  for (let k = 0; k < columns; k++) open[k] = columns - 1 - k;
  let openCount = columns;
  let row = start;
  let reached = 0;
  for (;;) {
    const place = nearestOpen(search, openCount, row, reached);
    const column = open[place]!;
    reached = distance[column]!;
    openCount -= 1;
    open[place] = open[openCount]!;
    open[openCount] = column;
    if (rowOfColumn[column] === -1) {
      raisePrices(search, openCount, start, reached);
      swapAlong(search, start, column);
      return;
    }
    row = rowOfColumn[column]!;
  }
}

/** Shortens the distances through `row`; returns the place in `open` of the nearest column, a free one and the last of those among equals. */
function nearestOpen(search: Search, openCount: number, row: number, reached: number): number {
  const { weights, columns, rowOfColumn, columnPrice, distance, from, open } = search;
  const price = search.rowPrice[row]!;
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let place = 0; place < openCount; place++) {
    const column = open[place]!;
    const length = reached - weights[row * columns + column]! - price - columnPrice[column]!;
    if (length < distance[column]!) {
      distance[column] = length;
      from[column] = row;
    }
    const shortest = distance[column]!;
    if (shortest < least || (shortest === least && rowOfColumn[column] === -1)) {
      least = shortest;
      nearest = place;
    }
  }
  return nearest;
}

function raisePrices(search: Search, openCount: number, start: number, reached: number): void {
  const { columns, rowOfColumn, rowPrice, columnPrice, distance, open } = search;
  rowPrice[start] = rowPrice[start]! + reached;
  for (let place = openCount; place < columns; place++) {
    const column = open[place]!;
    const slack = reached - distance[column]!;
    columnPrice[column] = columnPrice[column]! - slack;
    const owner = rowOfColumn[column]!;
    if (owner !== -1) rowPrice[owner] = rowPrice[owner]! + slack;
  }
}

function swapAlong({ columnOfRow, rowOfColumn, from }: Search, start: number, end: number): void {
  let column = end;
  for (;;) {
    const row = from[column]!;
    const previous = columnOfRow[row]!;
    columnOfRow[row] = column;
    rowOfColumn[column] = row;
    if (row === start) return;
    column = previous;
  }
}
