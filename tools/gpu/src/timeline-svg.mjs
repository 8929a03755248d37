// A picture of spans: a row for each slot, time to the right.
import { stageNames } from './timeline-spans.mjs';

const colours = { upload: '#4e79a7', letterbox: '#f28e2b', network: '#9c9c9c', decode: '#59a14f' };
const [left, right, top, rowHeight, chartWidth] = [60, 20, 40, 44, 900];

/** @param spans as of `spansFrom`, of a few batches */
export function svgFromSpans(spans, title) {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const slots = Math.max(...spans.map(({ slot }) => slot)) + 1;
  const x = (time) => (left + ((time - start) / (end - start)) * chartWidth).toFixed(2);
  const height = top + slots * rowHeight + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + chartWidth + right}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<title>Uploads, letterboxes, networks and decoding of each slot over time</title>',
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="${left}" y="16" font-weight="bold">${title}</text>`,
    ...legend(),
    ...Array.from({ length: slots }, (_, slot) => `<text x="8" y="${rowOf(slot) + 22}">slot ${slot}</text>`),
    ...spans.map((span) => bar(span, x)),
    ...axis(start, end, x, top + slots * rowHeight + 4),
    '</svg>',
    '',
  ].join('\n');
}

const rowOf = (slot) => top + slot * rowHeight;

function legend() {
  return stageNames.map((stage, i) => {
    const at = left + i * 110;
    return `<rect x="${at}" y="22" width="12" height="12" fill="${colours[stage]}"/><text x="${at + 16}" y="32">${stage}</text>`;
  });
}

function bar({ slot, batch, stage, start, end }, x) {
  const width = Math.max(0.5, x(end) - x(start)).toFixed(2);
  const hint = `<title>batch ${batch}, ${stage}: ${((end - start) * 1000).toFixed(0)} us</title>`;
  return `<rect x="${x(start)}" y="${rowOf(slot) + 4}" width="${width}" height="${rowHeight - 10}" fill="${colours[stage]}">${hint}</rect>`;
}

function axis(start, end, x, y) {
  const step = 10 ** Math.floor(Math.log10((end - start) / 3));
  const ticks = [];
  for (let time = 0; time <= end - start; time += step) {
    ticks.push(`<line x1="${x(start + time)}" x2="${x(start + time)}" y1="${y}" y2="${y + 5}" stroke="black"/>`);
    ticks.push(`<text x="${x(start + time)}" y="${y + 18}" text-anchor="middle">${Number(time.toPrecision(6))}</text>`);
  }
  return [...ticks, `<text x="${left + chartWidth - 10}" y="${y + 18}">ms</text>`];
}
