import { type Edges, maximumWeightMatching } from './maximum-weight-matching.js';

/**
 * The edges of a matching with the highest sum of weights. Each connected group of rows and columns is solved by itself, so that
 * thousands of rows and columns with few edges take little time and memory.
 */
export function groupedMatching(edges: Edges): number[] {
  const { rows, columns, row, column } = edges;
  const groups = new Groups(rows + columns);
  for (let e = 0; e < row.length; e++) groups.join(row[e]!, rows + column[e]!);
  const members = new Map<number, number[]>(); // root -> edges
  for (let e = 0; e < row.length; e++) {
    const root = groups.rootOf(row[e]!);
    const list = members.get(root);
    if (list) list.push(e);
    else members.set(root, [e]);
  }
  return [...members.values()].flatMap((list) => matchingWithin(edges, list)).sort((a, b) => a - b);
}

function matchingWithin({ row, column, weight }: Edges, list: readonly number[]): number[] {
  const [rowIndex, columnIndex] = [new Map<number, number>(), new Map<number, number>()];
  const indexIn = (known: Map<number, number>, name: number) => {
    const index = known.get(name) ?? known.size;
    known.set(name, index);
    return index;
  };
  const group = {
    row: list.map((e) => indexIn(rowIndex, row[e]!)),
    column: list.map((e) => indexIn(columnIndex, column[e]!)),
    weight: list.map((e) => weight[e]!),
  };
  const matched = maximumWeightMatching({ ...group, rows: rowIndex.size, columns: columnIndex.size });
  return matched.map((e) => list[e]!);
}

/** Disjoint sets of nodes. */
class Groups {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, node) => node);
  }

  rootOf(node: number): number {
    const parent = this.#parent;
    let at = node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.rootOf(a), this.rootOf(b)];
    if (first !== second) this.#parent[Math.max(first, second)] = Math.min(first, second);
  }
}
