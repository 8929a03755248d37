// The comparison as a Markdown table and as a plot.

const milliseconds = (value) => (value < 10 ? value.toFixed(3) : value.toFixed(2));
const small = (value) => (value === null || value === undefined ? '-' : value === 0 ? '0' : value.toExponential(1));
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What the accuracy columns say: the three that differ most between forms. */
export function accuracyText(accuracy) {
  if (!accuracy) return '-';
  if (accuracy.detections) {
    const { matched, missing, extra, score, box, embedding } = accuracy.detections;
    return `${matched} of ${matched + missing} detections, ${extra} extra; score ${small(score)}, box ${box.toFixed(2)} px, 1 - cosine ${small(embedding)}`;
  }
  return Object.entries(accuracy)
    .map(([head, { max, relative }]) => `${head.replace('_feature', '')} ${small(max)} (${small(relative)})`)
    .join(', ');
}

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
export function markdownFrom({ rows, versions, size, reference, drift }) {
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
    ...(reference
      ? [`Reference: ${reference.made_with}; it differs from the golden heads by at most ${golden.join(', ')}.`]
      : []),
    ...(drift === null || drift === undefined
      ? []
      : [
          `Engines were timed before and after PyTorch: their medians changed by at most ${(100 * drift).toFixed(1)}%.`,
        ]),
    '',
    `Versions: ${Object.entries(versions)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
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

const colors = { ours: '#1f6feb', recipe: '#d9730d', PyTorch: '#7a8691' };
const escaped = (text) =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Milliseconds an image as bars on a logarithmic axis, one block for each batch. */
export function svgFrom({ rows, size }) {
  const done = rows.filter(({ times }) => times);
  const values = done.map(({ times, batch }) => times.median / batch);
  if (values.length === 0) return null;
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const [left, right, rowHeight] = [12, 882, 36];
  const x = (value) => left + ((Math.log10(value) - first) / (last - first)) * (right - left);
  const parts = [];
  let y = 34;
  for (const batch of batchesOf(done)) {
    parts.push(`<text x="12" y="${y + 14}" font-size="13" font-weight="600" fill="#1b1f24">batch ${batch}</text>`);
    y += 22;
    for (const { group, name, times, batch: own } of sortedRows(done, batch)) {
      const image = times.median / own;
      const end = x(image);
      // The whole name, since it says under which conditions a row was made.
      parts.push(
        `<text x="${left}" y="${y + 13}">${escaped(`${group}, ${name}`)}</text>`,
        `<rect x="${left}" y="${y + 17}" width="${Math.max(1, end - left).toFixed(1)}" height="14" rx="2" fill="${colors[group] ?? '#4a6272'}"/>`,
        `<text x="${(end + 6).toFixed(1)}" y="${y + 28}" font-weight="600">${milliseconds(image)}</text>`,
      );
      y += rowHeight;
    }
    y += 8;
  }
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const axis = ticks.map(
    (tick) =>
      `<line x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="34" y2="${y}" stroke="#e3e7ec"/><text x="${x(tick).toFixed(1)}" y="${y + 16}" text-anchor="middle">${Number(tick.toPrecision(1))}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 980 ${y + 40}" width="980" font-family="system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="12" fill="#57606a">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="10" y="20" font-size="15" font-weight="600" fill="#1b1f24">FairMOT DLA-34, ${size.height}x${size.width}: ms an image, network alone (logarithmic)</text>
${[...axis, ...parts].join('\n')}
<text x="${right}" y="${y + 32}" text-anchor="end">ms an image</text>
</svg>
`;
}
