import { type Histogram, histogramBins } from './histogram.js';

/** How the range of an activation follows from what was seen of it. */
export const calibrationMethods = ['entropy', 'percentile', 'mse', 'min-max'] as const;

export type CalibrationMethod = (typeof calibrationMethods)[number];

/** Steps of symmetric int8 on one side of 0: magnitudes 0 to 127. */
const levels = 128;

/** Count of a bin that the quantised distribution leaves empty. */
const trace = 1e-4;

/**
 * The largest magnitude that int8 is to represent; larger ones saturate.
 *
 * - `min-max`: the largest one seen.
 * - `percentile`: that share of all values lies within.
 * - `entropy`: least Kullback-Leibler divergence of the quantised from the seen distribution (Migacz, _8-bit Inference with
 *   TensorRT_, GTC 2017); zeros, which int8 represents exactly, are left out.
 * - `mse`: least mean squared error of the values.
 *
 * @param percentile of `percentile`, above 0 to 100
 * @returns 0 where only zeros were seen
 */
export function rangeFromHistogram(histogram: Histogram, method: CalibrationMethod, percentile = 99.99): number {
  if (histogram.width === 0 || method === 'min-max') return histogram.max;
  if (method === 'percentile') return percentileRange(histogram, percentile);
  return method === 'entropy' ? entropyRange(histogram) : meanSquareRange(histogram);
}

/** The edge of a bin, or the largest value where the bin holds it. */
function edge({ width, max }: Histogram, bins: number): number {
  return Math.min(bins * width, max);
}

function usedBins({ counts }: Histogram): number {
  return counts.findLastIndex((count) => count > 0) + 1;
}

function percentileRange(histogram: Histogram, percentile: number): number {
  const { counts, zeros } = histogram;
  const total = counts.reduce((sum, count) => sum + count, zeros);
  const wanted = (total * percentile) / 100;
  let inside = zeros;
  for (let i = 0; i < histogramBins; i++) {
    inside += counts[i] as number;
    if (inside >= wanted) return edge(histogram, i + 1);
  }
  return histogram.max;
}

function entropyRange(histogram: Histogram): number {
  const used = usedBins(histogram);
  let best = { divergence: Number.POSITIVE_INFINITY, bins: used };
  for (let bins = Math.min(levels, used); bins <= used; bins += 4) {
    const divergence = divergenceAt(histogram.counts, bins, used);
    if (divergence < best.divergence) best = { divergence, bins };
  }
  return edge(histogram, best.bins);
}

/**
 * Divergence of `bins` bins, saturated values in the last one, from the same bins quantised: each of the 128 levels spreads
 * its share evenly over those of its bins that hold something.
 */
export function divergenceAt(counts: Readonly<Float64Array>, bins: number, used: number): number {
  let beyond = 0;
  for (let i = bins; i < used; i++) beyond += counts[i] as number;
  let inside = 0;
  for (let i = 0; i < bins; i++) inside += counts[i] as number;
  if (inside === 0) return Number.POSITIVE_INFINITY;
  let divergence = 0;
  for (let level = 0; level < levels; level++) {
    const begin = Math.floor((level * bins) / levels);
    const end = Math.floor(((level + 1) * bins) / levels);
    let [sum, filled] = [0, 0];
    for (let i = begin; i < end; i++) {
      sum += counts[i] as number;
      if ((counts[i] as number) > 0) filled += 1;
    }
    for (let i = begin; i < end; i++) {
      const count = (counts[i] as number) + (i === bins - 1 ? beyond : 0);
      if (count === 0) continue;
      // saturated values where the quantised distribution has none: it gets a little, so that the divergence stays finite
      const quantized = sum === 0 ? trace : sum / filled;
      const p = count / (inside + beyond);
      divergence += p * Math.log((p * inside) / quantized);
    }
  }
  return divergence;
}

function meanSquareRange(histogram: Histogram): number {
  const candidates = 256;
  let best = { error: Number.POSITIVE_INFINITY, range: histogram.max };
  for (let i = 1; i <= candidates; i++) {
    const range = (histogram.max * i) / candidates;
    const error = squaredError(histogram, range);
    if (error < best.error) best = { error, range };
  }
  return best.range;
}

/** Sum of squared errors with every value in the middle of its bin. */
export function squaredError({ counts, width }: Pick<Histogram, 'counts' | 'width'>, range: number): number {
  const scale = range / (levels - 1);
  let error = 0;
  for (let i = 0; i < histogramBins; i++) {
    const count = counts[i] as number;
    if (count === 0) continue;
    const value = (i + 0.5) * width;
    error += count * (value - scale * Math.min(levels - 1, Math.round(value / scale))) ** 2;
  }
  return error;
}
