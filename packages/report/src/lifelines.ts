import { at, type ChartOptions, figure, fitted, textWidth } from './figure.js';
import { type Html, html } from './html.js';
import { numberText } from './number-text.js';
import { extent, linearScale } from './scale.js';
import { colorOf } from './style.js';

/** A row of the chart: when something was there. */
export interface Lifeline {
  readonly name: string;
  /** From and to, on the x axis; gaps between them are drawn thin. */
  readonly spans: readonly (readonly [number, number])[];
  /** A CSS colour; default the colour of its place. */
  readonly color?: string;
}

export interface LifelinesOptions extends ChartOptions {
  readonly lanes: readonly Lifeline[];
  /** Of the x axis, with the unit. */
  readonly label: string;
  /** Of the x axis; default the spans' own. */
  readonly domain?: readonly [number, number];
}

/** One row for each thing, with bars for the times when it was there. */
export function lifelines(options: LifelinesOptions): Html {
  const { lanes, label } = options;
  const rowHeight = lanes.length > 60 ? 11 : lanes.length > 25 ? 15 : 19;
  return figure(options, [], (width) => {
    const names = lanes.map(({ name }) => name);
    const left = Math.min(width * 0.35, 8 + Math.max(10, ...names.map(textWidth)));
    const domain = options.domain ?? extent(lanes.flatMap(({ spans }) => spans.flat()));
    const bottom = lanes.length * rowHeight + 4;
    const x = linearScale(domain, [left, width - 12], Math.max(3, Math.floor(width / 90)), false);
    const axis = x.ticks.map(
      (tick) =>
        html`<line class="axis" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="0" y2="${bottom}"/><text x="${at(x(tick))}" y="${bottom + 15}" text-anchor="middle">${x.text(tick)}</text>`,
    );
    const rows = lanes.map(({ name, spans, color }, row) => {
      const middle = row * rowHeight + rowHeight / 2 + 2;
      const thickness = Math.min(10, rowHeight - 4);
      const [first, last] = extent(spans.flat());
      const fill = color ?? colorOf(row);
      const text = `${name}: ${spans.map(([from, to]) => `${numberText(from)} to ${numberText(to)}`).join(', ')}`;
      return html`<g><title>${text}</title><text class="name" x="${at(left - 6)}" y="${at(middle + 4)}" text-anchor="end" font-size="${rowHeight < 13 ? 9 : 12}">${fitted(name, left)}</text>${
        spans.length > 0 &&
        html`<line x1="${at(x(first))}" x2="${at(x(last))}" y1="${at(middle)}" y2="${at(middle)}" stroke="${fill}" stroke-width="1" opacity=".6"/>`
      }${spans.map(
        ([from, to]) =>
          html`<rect x="${at(x(from))}" y="${at(middle - thickness / 2)}" width="${at(Math.max(1.5, x(to) - x(from)))}" height="${thickness}" rx="2" fill="${fill}"/>`,
      )}</g>`;
    });
    const unit = html`<text x="${width - 12}" y="${bottom + 31}" text-anchor="end">${label}</text>`;
    return { height: bottom + 35, body: [axis, rows, unit] };
  });
}

/**
 * Spans of neighbouring numbers, such as the frames in which a track was seen.
 *
 * @example
 * spansFromNumbers([1, 2, 3, 7, 8]); // [[1, 3], [7, 8]]
 */
export function spansFromNumbers(numbers: readonly number[], step = 1): [number, number][] {
  const spans: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const open = spans.at(-1);
    if (open && number - open[1] <= step * 1.5) open[1] = number;
    else spans.push([number, number]);
  }
  return spans;
}
