import { at, type ChartOptions, figure } from './figure.js';
import { type Html, html } from './html.js';
import { numberText } from './number-text.js';
import { plotArea } from './plot-area.js';
import { colorOf } from './style.js';

export interface HistogramOptions extends ChartOptions {
  readonly values: ArrayLike<number>;
  /** Of the values, with the unit. */
  readonly label: string;
  /** Dotted lines with names, such as median and p99. */
  readonly marks?: readonly { readonly name: string; readonly value: number }[];
  /** Default: the square root of the number of values, 5 to 60. */
  readonly bins?: number;
  /** Values above this share of all fall into the last bin. Default 1: none. */
  readonly clip?: number;
}

/** Counts of equally wide bins from `low` to `high`; values beyond fall into the outermost. */
export function binCounts(values: ArrayLike<number>, low: number, high: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  const width = (high - low) / bins || 1;
  for (const value of Array.from(values)) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - low) / width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** How often values occur. */
export function histogram(options: HistogramOptions): Html {
  const { values, label, marks = [], clip = 1 } = options;
  const sorted = Array.from(values)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const last = sorted[Math.min(sorted.length - 1, Math.floor(clip * sorted.length))] ?? 1;
  const high = last - low > 1e-9 * Math.abs(low) + 1e-100 ? last : low + (Math.abs(low) > 1e-100 ? Math.abs(low) : 1);
  const bins = options.bins ?? Math.min(60, Math.max(5, Math.round(Math.sqrt(sorted.length))));
  const counts = binCounts(sorted, low, high, bins);
  const width = (high - low) / bins;
  return figure(options, [], (pixels) => {
    const area = plotArea(pixels, [low, high], counts, { label }, { label: 'count' });
    const bars = counts.map((count, bin) => {
      const [begin, end] = [area.x(low + bin * width), area.x(low + (bin + 1) * width)];
      if (count === 0) return null;
      const range = `${numberText(low + bin * width)} to ${numberText(low + (bin + 1) * width)}`;
      return html`<rect x="${at(begin)}" y="${at(area.y(count))}" width="${at(Math.max(0.6, end - begin - 0.6))}" height="${at(area.bottom - area.y(count))}" fill="${colorOf(0)}"><title>${range}: ${count}</title></rect>`;
    });
    const lines = marks
      .filter(({ value }) => value >= low && value <= high)
      .map(({ name, value }, index) => {
        const x = at(area.x(value));
        const flip = x > (area.left + area.right) / 2;
        const y = area.top + 10 + 14 * index;
        return html`<line class="mark" x1="${x}" x2="${x}" y1="${area.top}" y2="${area.bottom}"/><text class="name" x="${x + (flip ? -4 : 4)}" y="${y}" text-anchor="${flip ? 'end' : 'start'}">${name} ${numberText(value)}</text>`;
      });
    return { height: area.height, body: [area.axes, bars, lines] };
  });
}
