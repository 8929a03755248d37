// The comparison as a Markdown table.
import { accuracyText, cell, milliseconds, small, versionsText } from './format.mjs';
import { streamNotes } from './pytorch.mjs';
import { judged } from './verdict.mjs';

/** Rows fastest first within a batch, failed ones last. */
export function sortedRows(rows, batch) {
  const perImage = ({ times }) => times.median / batch;
  const mine = rows.filter((row) => row.batch === batch);
  return [
    ...mine.filter(({ times }) => times).sort((a, b) => perImage(a) - perImage(b)),
    ...mine.filter(({ times }) => !times),
  ];
}

export const batchesOf = (rows) => [...new Set(rows.map(({ batch }) => batch))].sort((a, b) => a - b);

/** The whole comparison in Markdown: one table for each batch, versions and how it was measured below. */
export function markdownFrom({ rows: measured, versions, size, reference, drift }) {
  const rows = measured.map(judged);
  const tables = batchesOf(rows).flatMap((batch) => [
    `### Batch ${batch}`,
    '',
    `| what | ms${batch > 1 ? ' a batch' : ''} | ms an image | p99 | images/s | largest difference from float32 (relative) |`,
    '|---|---:|---:|---:|---:|---|',
    ...sortedRows(rows, batch).map((row) => rowText(row, batch)),
    '',
  ]);
  const golden = Object.entries(reference?.golden ?? {}).map(([head, { max }]) => `${head} ${small(max)}`);
  return [
    `FairMOT DLA-34 at ${size.height}x${size.width}, network alone, medians of ${rangeOf(rows)} runs between GPU events.`,
    '',
    ...tables,
    ...streamNotes(rows, versions),
    ...(reference
      ? [`Reference: ${reference.made_with}; it differs from the golden heads by at most ${golden.join(', ')}.`]
      : []),
    ...(drift === null || drift === undefined
      ? []
      : [
          `Engines were timed before and after PyTorch: their medians changed by at most ${(100 * drift).toFixed(1)}%.`,
        ]),
    '',
    versionsText(versions),
    '',
  ].join('\n');
}

function rowText({ group, name, times, accuracy, error, note }, batch) {
  const title = cell(`${group}, ${name}${note ? ` (${note})` : ''}`);
  if (!times) return `| ${title} | - | - | - | - | ${cell(error ?? 'no result')} |`;
  const image = times.median / batch;
  const numbers = [times.median, image, times.p99].map(milliseconds);
  return `| ${title} | ${numbers.join(' | ')} | ${Math.round(1000 / image)} | ${cell(accuracyText(accuracy))} |`;
}

function rangeOf(rows) {
  const runs = rows.flatMap(({ times }) => (times ? [times.runs] : []));
  return runs.length === 0 ? 'no' : `${Math.min(...runs)} to ${Math.max(...runs)}`;
}

/** Largest relative change of a median between two rounds of rows, or null where nothing was timed twice. */
export function driftOf(first, second) {
  const changes = first.flatMap(({ group, name, batch, times }) => {
    const again = second.find((row) => row.group === group && row.name === name && row.batch === batch);
    return times && again?.times ? [Math.abs(again.times.median / times.median - 1)] : [];
  });
  return changes.length > 0 ? Math.max(...changes) : null;
}
