import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barChart,
  binCounts,
  type Html,
  histogram,
  lifelines,
  lineChart,
  scatterChart,
  spansFromNumbers,
} from '../src/index.js';
import { thinned } from '../src/line-chart.js';

const numbersOf = (chart: Html, attribute: string) =>
  [...chart.text.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value]) => Number(value));

/** No coordinate of a drawing may be NaN or infinite: a browser would drop the shape. */
function expectDrawable(chart: Html): void {
  expect(chart.text).not.toMatch(/NaN|Infinity|undefined/);
  expect(chart.text.match(/<svg/g)).toHaveLength(2);
  for (const width of numbersOf(chart, 'width')) expect(width).toBeGreaterThanOrEqual(0);
  for (const height of numbersOf(chart, 'height')) expect(height).toBeGreaterThanOrEqual(0);
}

const anyNumber = fc.oneof(fc.double({ min: -1e6, max: 1e6 }), fc.constant(Number.NaN), fc.constant(0));
const axes = { x: { label: 'x' }, y: { label: 'y' } };

describe('charts', () => {
  it('draw whatever they are given: nothing, one value, NaN, negative numbers', () => {
    const points = fc.array(fc.tuple(anyNumber, anyNumber), { maxLength: 20 });
    fc.assert(
      fc.property(points, fc.boolean(), (values, log) => {
        const series = [{ name: 'a', points: values }];
        expectDrawable(lineChart({ title: 't', ...axes, series, fill: true }));
        expectDrawable(scatterChart({ title: 't', x: { label: 'x', log }, y: { label: 'y', log }, series }));
        const bars = values.map(([x, y]) => ({ name: 'b', values: [x, y] }));
        expectDrawable(barChart({ title: 't', label: 'ms', bars, log }));
        expectDrawable(histogram({ title: 't', label: 'ms', values: values.map(([x]) => x) }));
      }),
      { numRuns: 60 },
    );
  });

  it('draw bars in proportion to their values', () => {
    const chart = barChart({
      title: 't',
      label: 'ms',
      bars: [
        { name: 'a', values: [10] },
        { name: 'b', values: [5] },
      ],
    });
    const [first = 0, second = 0] = numbersOf(chart, 'width');
    expect(first / second).toBeCloseTo(2, 1);
  });

  it('stack the values of a bar from left to right', () => {
    const chart = barChart({ title: 't', label: 'ms', parts: ['p', 'q'], bars: [{ name: 'a', values: [3, 1] }] });
    const rects = [...chart.text.matchAll(/<rect x="([^"]*)" y="[^"]*" width="([^"]*)"/g)];
    const [[, x1, w1], [, x2]] = rects as unknown as [string[], string[]];
    expect(Number(x1) + Number(w1)).toBeCloseTo(Number(x2), 0);
  });

  it('break a line at a gap', () => {
    const points = [
      [0, 1],
      [1, 2],
      [2, Number.NaN],
      [3, 1],
      [4, 2],
    ] as const;
    const { text } = lineChart({ title: 't', ...axes, series: [{ name: 'a', points }] });
    expect(text.match(/<path d="M/g)).toHaveLength(4); // two parts, drawn for two widths
  });
});

describe('thinned', () => {
  it('keeps the largest and least value of long series and their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 30, maxLength: 400 }), (values) => {
        const points = values.map((value, index) => [index, value] as const);
        const kept = thinned(points, 10);
        expect(kept.length).toBeLessThanOrEqual(20);
        expect(Math.max(...kept.map(([, y]) => y))).toBe(Math.max(...values));
        expect(Math.min(...kept.map(([, y]) => y))).toBe(Math.min(...values));
        expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).sort((a, b) => a - b));
      }),
    );
  });
});

describe('binCounts', () => {
  it('counts every finite value once', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (values, bins) => {
        const finite = values.filter(Number.isFinite);
        const counts = binCounts(values, -5, 5, bins);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(finite.length);
      }),
    );
    expect(binCounts([0, 1, 2, 3, 4], 0, 4, 2)).toEqual([2, 3]);
  });
});

describe('spansFromNumbers', () => {
  it('joins neighbours and nothing else', () => {
    expect(spansFromNumbers([8, 1, 2, 3, 7])).toEqual([
      [1, 3],
      [7, 8],
    ]);
    expect(spansFromNumbers([1, 3, 5, 9], 2)).toEqual([
      [1, 5],
      [9, 9],
    ]);
    expect(spansFromNumbers([])).toEqual([]);
  });

  it('draws one bar for each span', () => {
    const chart = lifelines({
      title: 't',
      label: 's',
      lanes: [
        {
          name: '#1',
          spans: [
            [0, 1],
            [2, 4],
          ],
        },
        { name: '#2', spans: [] },
      ],
    });
    expectDrawable(chart);
    expect(chart.text.match(/<rect/g)).toHaveLength(4);
  });
});
