// Axes, grid lines and labels of charts with two numeric axes.
import { at, textWidth } from './figure.js';
import { type Html, html } from './html.js';
import { extent, linearScale, logScale, type Scale } from './scale.js';

export interface AxisOptions {
  /** With its unit, such as `latency, ms`. */
  readonly label: string;
  readonly log?: boolean;
  /** Starts at 0. Default true for the y axis, false for the x axis. */
  readonly fromZero?: boolean;
}

/** Where the data is drawn. */
export interface PlotArea {
  readonly x: Scale;
  readonly y: Scale;
  readonly height: number;
  /** Pixel positions of the area's edges. */
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  readonly axes: Html;
}

function domainOf(values: Iterable<number>, fromZero: boolean, log: boolean): [number, number] {
  const [low, high] = extent(values);
  return fromZero && !log ? [Math.min(0, low), Math.max(0, high)] : [low, high];
}

/** Lays out axes for values of both kinds within a width. `tightX` keeps the x domain as it is instead of rounding it. */
export function plotArea(
  width: number,
  xs: Iterable<number>,
  ys: Iterable<number>,
  xAxis: AxisOptions,
  yAxis: AxisOptions,
  tightX = false,
): PlotArea {
  const height = width < 400 ? 230 : width > 600 ? 300 : 260;
  const [top, bottom] = [22, height - 36];
  const yDomain = domainOf(ys, yAxis.fromZero ?? true, yAxis.log ?? false);
  const y = yAxis.log ? logScale(yDomain, [bottom, top]) : linearScale(yDomain, [bottom, top], 5);
  const yTexts = y.ticks.map(y.text);
  const left = 10 + Math.max(...yTexts.map(textWidth));
  const right = width - 12;
  const xDomain = domainOf(xs, xAxis.fromZero ?? false, xAxis.log ?? false);
  const count = Math.max(3, Math.floor(width / 90));
  const x = xAxis.log ? logScale(xDomain, [left, right]) : linearScale(xDomain, [left, right], count, !tightX);
  const axes = html`<text x="0" y="11">${yAxis.label}</text>
${y.ticks.map(
  (tick, index) =>
    html`<line class="axis" x1="${at(left)}" x2="${right}" y1="${at(y(tick))}" y2="${at(y(tick))}"/><text x="${at(left - 6)}" y="${at(y(tick) + 4)}" text-anchor="end">${yTexts[index]}</text>`,
)}${x.ticks.map(
  (tick) => html`<text x="${at(x(tick))}" y="${bottom + 16}" text-anchor="middle">${x.text(tick)}</text>`,
)}<text x="${right}" y="${height - 4}" text-anchor="end">${xAxis.label}</text>`;
  return { x, y, height, top, bottom, left, right, axes };
}
