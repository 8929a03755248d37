// From values to pixels, and the round numbers beside an axis.
import { powerText, tickText } from './number-text.js';

/** Maps values to pixels; ticks are round values inside the domain. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** The tick's label. */
  readonly text: (tick: number) => string;
}

/** The step of 1, 2 or 5 times a power of ten that gives about `count` ticks. */
function roundStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * 0.999) ?? 10;
  return factor * power;
}

/** The least and largest of the finite values; 0 to 1 where there are none. */
export function extent(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

function scaleOf(
  map: (value: number) => number,
  domain: readonly [number, number],
  ticks: readonly number[],
  text: (tick: number) => string,
): Scale {
  return Object.assign((value: number) => map(value), { domain, ticks, text });
}

/** A linear scale; with `round`, the domain is widened to the ticks around it. */
export function linearScale(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
  count: number,
  round = true,
): Scale {
  // Values that a screen cannot tell apart are one value.
  const size = Math.max(Math.abs(low), Math.abs(high));
  const end = high - low > Math.max(1e-9 * size, 1e-100) ? high : low + (size > 1e-100 ? size : 1);
  const step = roundStep(end - low, count);
  const first = round ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  const last = round ? Math.ceil(end / step - 1e-9) : Math.floor(end / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  const domain: [number, number] = round ? [first * step, last * step] : [low, end];
  const factor = (to - from) / (domain[1] - domain[0]);
  return scaleOf(
    (value) => from + (value - domain[0]) * factor,
    domain,
    ticks,
    (tick) => tickText(tick, step),
  );
}

/** A logarithmic scale for values above 0, from power of ten to power of ten, nine of them at most. */
export function logScale([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale {
  const top = high > 1e-100 ? high : 1;
  const bottom = low > 0 ? Math.max(low, top / 1e9) : top / 1000;
  const first = Math.floor(Math.log10(bottom) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(top) - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const factor = (to - from) / (last - first);
  const map = (value: number) => from + (Math.log10(Math.max(value, 10 ** first)) - first) * factor;
  return scaleOf(map, [10 ** first, 10 ** last], ticks, powerText);
}
