export { type Bar, type BarChartOptions, barChart } from './bar-chart.js';
export type { ChartOptions } from './figure.js';
export { binCounts, type HistogramOptions, histogram } from './histogram.js';
export { Html, type HtmlPart, html } from './html.js';
export { type Lifeline, type LifelinesOptions, lifelines, spansFromNumbers } from './lifelines.js';
export {
  type LineChartOptions,
  lineChart,
  type Points,
  type Series,
  scatterChart,
  type XyChartOptions,
} from './line-chart.js';
export { clip, type EmbeddedFile, gallery, image } from './media.js';
export { numberText } from './number-text.js';
export { details, grid, type PageOptions, page, paragraph, section } from './page.js';
export type { AxisOptions } from './plot-area.js';
export { colorOf } from './style.js';
export { type Cell, facts, type TableOptions, table, tiles } from './table.js';
