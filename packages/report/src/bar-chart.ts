import { at, type ChartOptions, figure, fitted, textWidth } from './figure.js';
import { type Html, html } from './html.js';
import { numberText } from './number-text.js';
import { extent, linearScale, logScale } from './scale.js';
import { colorOf } from './style.js';

/** One bar: a value, or several on end, in the order of `parts`; 0 or more each. */
export interface Bar {
  readonly name: string;
  readonly values: readonly number[];
  /** Beside the bar instead of the number. */
  readonly text?: string;
  /** Number of the bar's colour where it has one value. Default 0. */
  readonly color?: number;
}

export interface BarChartOptions extends ChartOptions {
  readonly bars: readonly Bar[];
  /** Names of the values within a bar. */
  readonly parts?: readonly string[];
  /** Below the axis, with the unit. */
  readonly label: string;
  readonly log?: boolean;
}

const rowHeight = 24;

/** What a value adds to a bar: nothing where it is negative or not finite. */
const lengthOf = (value: number) => (Number.isFinite(value) && value > 0 ? value : 0);

/**
 * Horizontal bars, so that names can be long; stacked where a bar has several values.
 *
 * @example
 * barChart({ title: 'Stages', label: 'ms', bars: [{ name: 'network', values: [0.98] }, { name: 'decode', values: [0.03] }] });
 */
export function barChart(options: BarChartOptions): Html {
  const { bars, parts = [], label, log = false } = options;
  const sums = bars.map(({ values }) => values.reduce((sum, value) => sum + lengthOf(value), 0));
  return figure(options, parts, (width) => {
    const texts = bars.map(({ text }, index) => text ?? numberText(sums[index] ?? 0));
    const longest = Math.max(20, ...bars.map(({ name }) => textWidth(name)));
    const left = Math.min(longest + 8, width * (width < 400 ? 0.42 : 0.45));
    const right = Math.max(left + 60, width - 10 - Math.max(0, ...texts.map(textWidth)));
    const bottom = bars.length * rowHeight + 4;
    const [low, high] = extent(sums.filter((sum) => !log || sum > 0));
    const x = log
      ? logScale([low, high], [left, right])
      : linearScale([0, high > 0 ? high : 1], [left, right], Math.max(2, Math.floor((right - left) / 55)), false);
    const axis = x.ticks.map(
      (tick) =>
        html`<line class="axis" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="0" y2="${bottom}"/><text x="${at(x(tick))}" y="${bottom + 15}" text-anchor="middle">${x.text(tick)}</text>`,
    );
    const rows = bars.map(({ name, values, color = 0 }, row) => {
      let from = x.domain[0];
      const top = row * rowHeight + 4;
      const boxes = values.map((value, part) => {
        const length = lengthOf(value);
        const to = log && part === 0 ? Math.max(from, length) : from + length;
        const [begin, end] = [at(x(from)), at(x(to))];
        from = to;
        if (length === 0) return null;
        return html`<rect x="${begin}" y="${top}" width="${at(Math.max(0.5, end - begin))}" height="${rowHeight - 8}" rx="2" fill="${colorOf(values.length > 1 ? part : color)}"><title>${name}${parts[part] && `, ${parts[part]}`}: ${numberText(value)}</title></rect>`;
      });
      return html`<text class="name" x="${at(left - 6)}" y="${top + 12}" text-anchor="end">${fitted(name, left - 6)}<title>${name}</title></text>${boxes}<text x="${at(x(Math.max(from, x.domain[0])) + 5)}" y="${top + 12}">${texts[row]}</text>`;
    });
    const unit = html`<text x="${at(right)}" y="${bottom + 31}" text-anchor="end">${label}</text>`;
    return { height: bottom + 35, body: [axis, rows, unit] };
  });
}
