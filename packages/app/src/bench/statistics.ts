/** The figures that trtexec prints of a series of times, in milliseconds. */
export interface Statistics {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Figures of a series; quantiles are the nearest value that at least so large a share does not exceed.
 *
 * @throws RangeError if the series is empty
 * @example
 * statisticsOf([3, 1, 2]).median; // 2
 */
export function statisticsOf(values: readonly number[]): Statistics {
  if (values.length === 0) throw new RangeError('Expected at least one value but received none');
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return {
    count: sorted.length,
    min: quantile(0),
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    median: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    max: quantile(1),
  };
}
