// Numbers to read: tables, tiles and pairs.
import { type Html, type HtmlPart, html } from './html.js';
import { numberText } from './number-text.js';

/** A cell; numbers are written by `numberText` and stand to the right. */
export type Cell = string | number | null | Html;

export interface TableOptions {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly caption?: string;
  /** Numbers of rows in bold. */
  readonly strong?: readonly number[];
}

const cellText = (cell: Cell): HtmlPart => (typeof cell === 'number' ? numberText(cell) : cell);

/**
 * A table; on a phone it scrolls sideways by itself. A column whose cells are all numbers (or empty) stands to the right.
 *
 * @throws RangeError if a row has another number of cells than there are columns
 */
export function table({ columns, rows, caption, strong = [] }: TableOptions): Html {
  for (const [index, row] of rows.entries()) {
    if (row.length !== columns.length) {
      throw new RangeError(`Expected ${columns.length} cells in row ${index} but received ${row.length}`);
    }
  }
  const right = columns.map((_, column) => {
    const cells = rows.map((row) => row[column]);
    return (
      cells.some((cell) => typeof cell === 'number') && cells.every((cell) => cell === null || typeof cell === 'number')
    );
  });
  const align = (column: number) => (right[column] ? 'right' : 'left');
  return html`<div class="scroll"><table>
${caption && html`<caption>${caption}</caption>`}
<thead><tr>${columns.map((name, column) => html`<th class="${align(column)}">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row, index) => html`<tr${strong.includes(index) && html` class="strong"`}>${row.map(
    (cell, column) => html`<td class="${align(column)}">${cellText(cell)}</td>`,
  )}</tr>
`,
)}</tbody>
</table></div>
`;
}

/** Large figures with a word below each. */
export function tiles(entries: readonly { readonly value: string | number; readonly label: string }[]): Html {
  return html`<div class="tiles">${entries.map(
    ({ value, label }) => html`<div class="tile"><b>${cellText(value)}</b><span>${label}</span></div>`,
  )}</div>
`;
}

/** Names with values, such as settings and versions. */
export function facts(entries: Readonly<Record<string, string | number>>): Html {
  return html`<dl class="facts">${Object.entries(entries).map(
    ([name, value]) => html`<dt>${name}</dt><dd>${cellText(value)}</dd>`,
  )}</dl>
`;
}
