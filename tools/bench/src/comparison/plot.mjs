// The comparison as a plot: a bar for each batch of each form, on a card of its own that dark pages leave legible.
import { milliseconds } from './format.mjs';
import { formsOf, imageOf } from './summary.mjs';
import { batchesOf } from './table.mjs';
import { judged } from './verdict.mjs';

const colors = { ours: '#1f6feb', recipe: '#d9730d', PyTorch: '#6b7784' };
const [width, left, right, bar, line] = [900, 330, 820, 14, 15];
const ink = '#1b1f24';
const escaped = (text) =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Text in lines of so many characters, broken at spaces. */
export function wrapped(text, most = 46) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (longer.length <= most || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** 1, 2 or 5 times a power of ten, of which at most eight reach a value. */
function stepFor(value) {
  const power = 10 ** Math.floor(Math.log10(value / 8));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => value / step <= 8) ?? 10 * power;
}

/** Milliseconds an image from zero on; null where nothing was timed. */
export function svgFrom({ rows: measured, size }) {
  const rows = measured.map(judged).filter(({ times }) => times);
  if (rows.length === 0) return null;
  const batches = batchesOf(rows);
  const most = Math.max(...rows.map(imageOf));
  const x = (value) => left + (value / most) * (right - left);
  // Later batches are paler.
  const opacity = (batch) => (1 - (0.5 * batches.indexOf(batch)) / Math.max(1, batches.length - 1)).toFixed(2);
  const parts = [];
  let y = 66;
  for (const { title, group, rows: mine } of formsOf(rows)) {
    const lines = wrapped(title);
    const height = Math.max(mine.length * bar, lines.length * line);
    const middle = y + height / 2;
    for (const [index, text] of lines.entries()) {
      const at = middle + (index - lines.length / 2) * line + 11;
      parts.push(`<text x="16" y="${at}">${escaped(text)}</text>`);
    }
    for (const [index, row] of mine.entries()) {
      const [top, end] = [middle + (index - mine.length / 2) * bar, x(imageOf(row))];
      parts.push(
        `<rect class="bar" x="${left}" y="${top}" width="${(end - left).toFixed(1)}" height="${bar - 2}" rx="2" fill="${colors[group] ?? '#4a6272'}" fill-opacity="${opacity(row.batch)}"/>`,
        `<text x="${(end + 6).toFixed(1)}" y="${top + 10}" font-size="11">${milliseconds(imageOf(row))}</text>`,
      );
    }
    y += height + 10;
  }
  const legend = batches.map((batch, index) => {
    const at = left + index * 110;
    return `<rect x="${at}" y="36" width="12" height="12" rx="2" fill="${ink}" fill-opacity="${opacity(batch)}"/><text x="${at + 18}" y="46">batch ${batch}</text>`;
  });
  const step = stepFor(most);
  const axis = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step).map((tick) => {
    const at = x(tick).toFixed(1);
    return `<line x1="${at}" x2="${at}" y1="60" y2="${y}" stroke="#d8dee4"/><text x="${at}" y="${y + 16}" text-anchor="middle">${Number(tick.toPrecision(3))}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 30}" width="${width}" font-family="system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="12" fill="${ink}">
<title>Milliseconds an image of each form, at batch 1 and batch 8</title>
<rect x="0.5" y="0.5" width="${width - 1}" height="${y + 29}" rx="6" fill="#ffffff" stroke="#d0d7de"/>
<text x="16" y="24" font-size="15" font-weight="600">FairMOT DLA-34, ${size.height}x${size.width}, network alone: milliseconds an image</text>
${[...legend, ...axis, ...parts].join('\n')}
</svg>
`;
}
