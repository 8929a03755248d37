// The comparison in short: one row for each form, batches side by side.
import { cell, largestText, milliseconds, shortName, versionsText } from './format.mjs';
import { streamNotes } from './pytorch.mjs';
import { batchesOf } from './table.mjs';
import { judged } from './verdict.mjs';

/** `{ title, group, rows }` with the rows of each batch in turn, fastest first, those without a time last. */
export function formsOf(rows) {
  const forms = new Map();
  for (const row of [...rows].sort((a, b) => a.batch - b.batch)) {
    const title = shortName(row);
    const form = forms.get(title) ?? { title, group: row.group, rows: [] };
    form.rows.push(row);
    forms.set(title, form);
  }
  const first = ({ rows: mine }) => mine.filter(({ times }) => times).map(imageOf)[0] ?? Number.MAX_VALUE;
  return [...forms.values()].sort((a, b) => first(a) - first(b));
}

/** Milliseconds an image. */
export const imageOf = ({ times, batch }) => times.median / batch;

/** A Markdown table of the whole comparison, for the README. */
export function summaryFrom({ rows: measured, versions, size }) {
  const rows = measured.map(judged);
  const batches = batchesOf(rows);
  const last = batches.at(-1);
  const heads = batches.map((batch) => `batch ${batch}, ms${batch > 1 ? ' an image' : ''}`);
  return [
    `| ${size.height}x${size.width} | ${heads.join(' | ')} | images/s at batch ${last} | largest relative difference |`,
    `|---|${'---:|'.repeat(batches.length + 1)}---|`,
    ...formsOf(rows).map((form) => rowText(form, batches)),
    '',
    ...streamNotes(rows, versions),
    versionsText(versions),
    '',
  ].join('\n');
}

function rowText({ title, rows }, batches) {
  const done = rows.filter(({ times }) => times);
  const at = (batch) => done.find((row) => row.batch === batch);
  const figures = batches.map((batch) => (at(batch) ? milliseconds(imageOf(at(batch))) : '-'));
  const most = at(batches.at(-1));
  const difference = done.length > 0 ? [largestText(done.map(({ accuracy }) => accuracy))] : [];
  const reasons = new Set(rows.filter(({ times }) => !times).map(({ error }) => error ?? 'no result'));
  const cells = [
    title,
    ...figures,
    most ? Math.round(1000 / imageOf(most)) : '-',
    [...difference, ...reasons].join('; '),
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}
