import { FairmotError } from '@trt-fairmot/onnx-export';

/** Bins of a histogram. */
export const histogramBins = 2048;

/** A histogram as it is stored; trailing empty bins are left out. */
export interface HistogramRecord {
  /** Largest magnitude seen. */
  readonly max: number;
  /** Values that are exactly 0, which no bin counts. */
  readonly zeros: number;
  /** Width of a bin, a power of two; 0 where only zeros were seen. */
  readonly width: number;
  readonly counts: readonly number[];
}

/**
 * Magnitudes of an activation in {@link histogramBins} bins of equal width from 0 on. The width is the least power of two that
 * holds the largest magnitude, doubled by joining neighbours as larger ones come: the result does not depend on the order
 * in which values come, and histograms add up exactly. Memory stays that of the bins.
 *
 * @example
 * const histogram = new Histogram();
 * histogram.add(Float32Array.of(0, -0.5, 2));
 * histogram.max; // 2
 */
export class Histogram {
  #max = 0;
  #zeros = 0;
  #width = 0;
  readonly #counts = new Float64Array(histogramBins);

  static fromRecord({ max, zeros, width, counts }: HistogramRecord): Histogram {
    const histogram = new Histogram();
    histogram.#max = max;
    histogram.#zeros = zeros;
    histogram.#width = width;
    histogram.#counts.set(counts);
    return histogram;
  }

  /** The histogram of all values of several. */
  static sum(histograms: readonly Histogram[]): Histogram {
    const total = new Histogram();
    for (const histogram of histograms) total.#join(histogram);
    return total;
  }

  /** Largest magnitude seen. */
  get max(): number {
    return this.#max;
  }

  get zeros(): number {
    return this.#zeros;
  }

  /** Width of a bin; 0 where only zeros were seen. */
  get width(): number {
    return this.#width;
  }

  /** Values other than 0 by magnitude: bin i holds [i * width, (i + 1) * width). */
  get counts(): Readonly<Float64Array> {
    return this.#counts;
  }

  /** @throws FairmotError where a value is not finite */
  add(values: Float32Array): void {
    const max = largestMagnitude(values);
    if (max === 0) {
      this.#zeros += values.length;
      return;
    }
    this.#grow(max);
    const counts = this.#counts;
    const scale = 1 / this.#width;
    let zeros = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value === 0) zeros += 1;
      else counts[(Math.abs(value) * scale) | 0]! += 1;
    }
    this.#zeros += zeros;
  }

  record(): HistogramRecord {
    const used = this.#counts.findLastIndex((count) => count > 0) + 1;
    return {
      max: this.#max,
      zeros: this.#zeros,
      width: this.#width,
      counts: Array.from(this.#counts.subarray(0, used)),
    };
  }

  #join(other: Histogram): void {
    this.#zeros += other.zeros;
    if (other.width === 0) return;
    this.#grow(other.max);
    // the same power of two times the other's width, or more
    const ratio = this.#width / other.width;
    for (let i = 0; i < histogramBins; i++) this.#counts[Math.floor(i / ratio)]! += other.counts[i] as number;
  }

  /** Widens the bins until they hold a magnitude. */
  #grow(max: number): void {
    this.#max = Math.max(this.#max, max);
    if (this.#width === 0) this.#width = leastWidth(max);
    while (max >= this.#width * histogramBins) {
      this.#width *= 2;
      for (let i = 0; i < histogramBins / 2; i++)
        this.#counts[i] = (this.#counts[2 * i] as number) + (this.#counts[2 * i + 1] as number);
      this.#counts.fill(0, histogramBins / 2);
    }
  }
}

function leastWidth(max: number): number {
  let width = 2 ** Math.floor(Math.log2(max / histogramBins));
  while (max >= width * histogramBins) width *= 2;
  return width;
}

function largestMagnitude(values: Float32Array): number {
  let max = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i] as number);
    sum += magnitude;
    if (magnitude > max) max = magnitude;
  }
  if (Number.isFinite(sum)) return max;
  throw new FairmotError('Expected finite activations but received infinity or NaN', {
    hint: 'check the network: fairmot compare, or export it with --precision fp32',
  });
}
