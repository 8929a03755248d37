import { at, type ChartOptions, figure } from './figure.js';
import { type Html, html } from './html.js';
import { numberText } from './number-text.js';
import { type AxisOptions, type PlotArea, plotArea } from './plot-area.js';
import { colorOf } from './style.js';

/** Points x, y; a y that is not finite breaks the line. */
export type Points = readonly (readonly [number, number])[];

export interface Series {
  readonly name: string;
  readonly points: Points;
}

export interface XyChartOptions extends ChartOptions {
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly Series[];
}

export interface LineChartOptions extends XyChartOptions {
  /** The value holds until the next point, as counts do. */
  readonly steps?: boolean;
  /** Fills the area below the line. */
  readonly fill?: boolean;
}

/** Longer series keep the least and largest value of each pixel, so that no peak is lost and the page stays small. */
export function thinned(points: Points, most = 700): Points {
  if (points.length <= 2 * most) return points;
  const perBin = Math.ceil(points.length / most);
  return Array.from({ length: Math.ceil(points.length / perBin) }, (_, bin) => {
    const part = points.slice(bin * perBin, (bin + 1) * perBin);
    const finite = part.filter(([, y]) => Number.isFinite(y));
    if (finite.length === 0) return part.slice(0, 1);
    const low = finite.reduce((best, point) => (point[1] < best[1] ? point : best));
    const high = finite.reduce((best, point) => (point[1] > best[1] ? point : best));
    return low === high ? [low] : low[0] <= high[0] ? [low, high] : [high, low];
  }).flat();
}

/** SVG path segments of the unbroken parts of a line. */
function pathParts(
  points: Points,
  { x, y }: PlotArea,
  steps: boolean,
): { path: string; first: number; last: number }[] {
  const parts: { path: string; first: number; last: number }[] = [];
  let open = false;
  for (const [xValue, yValue] of points) {
    if (!Number.isFinite(yValue) || !Number.isFinite(xValue)) {
      open = false;
      continue;
    }
    const [px, py] = [at(x(xValue)), at(y(yValue))];
    const part = parts.at(-1);
    if (open && part) {
      part.path += steps ? `H${px}V${py}` : `L${px} ${py}`;
      part.last = px;
    } else {
      parts.push({ path: `M${px} ${py}`, first: px, last: px });
      open = true;
    }
  }
  return parts;
}

/**
 * Lines over a common x axis.
 *
 * @example
 * lineChart({ title: 'Objects', x: { label: 'time, s' }, y: { label: 'objects' }, series: [{ name: 'tracks', points: [[0, 3], [1, 5]] }] });
 */
export function lineChart(options: LineChartOptions): Html {
  const { series, steps = false, fill = false } = options;
  const shown = series.map(({ name, points }) => ({ name, points: thinned(points) }));
  const all = shown.flatMap(({ points }) => points);
  const names = shown.map(({ name }) => name);
  return figure(options, names, (width) => {
    const xs = all.map(([x]) => x);
    const ys = all.map(([, y]) => y);
    const area = plotArea(width, xs, ys, options.x, options.y, true);
    const lines = shown.map(({ name, points }, index) =>
      pathParts(points, area, steps).map(
        ({ path, first, last }) =>
          html`${
            fill && html`<path d="${path}V${area.bottom}H${first}Z" fill="${colorOf(index)}" opacity=".15"/>`
          }<path d="${path}" fill="none" stroke="${colorOf(index)}" stroke-width="1.8" stroke-linejoin="round"/>${
            first === last &&
            html`<circle cx="${first}" cy="${path.split(' ')[1] ?? 0}" r="2.5" fill="${colorOf(index)}"/>`
          }<title>${name}</title>`,
      ),
    );
    return { height: area.height, body: [area.axes, lines] };
  });
}

/** Points without lines; their values show when pointed at. */
export function scatterChart(options: XyChartOptions & { readonly labels?: readonly (readonly string[])[] }): Html {
  const { series, labels } = options;
  const all = series.flatMap(({ points }) => points);
  const names = series.map(({ name }) => name);
  return figure(options, names, (width) => {
    const xs = all.map(([x]) => x);
    const ys = all.map(([, y]) => y);
    const area = plotArea(width, xs, ys, options.x, options.y);
    const dots = series.map(({ points }, index) =>
      points.map(([x, y], row) => {
        if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
        const label = labels?.[index]?.[row];
        const near = at(area.x(x)) > width * 0.65;
        return html`<circle cx="${at(area.x(x))}" cy="${at(area.y(y))}" r="${all.length > 300 ? 2 : 4}" fill="${colorOf(index)}" opacity=".8"><title>${label ?? ''} ${numberText(x)}, ${numberText(y)}</title></circle>${
          label &&
          html`<text x="${at(area.x(x)) + (near ? -7 : 7)}" y="${at(area.y(y)) + 4}" text-anchor="${near ? 'end' : 'start'}">${label}</text>`
        }`;
      }),
    );
    return { height: area.height, body: [area.axes, dots] };
  });
}
