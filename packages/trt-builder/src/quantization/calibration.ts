import { type CalibrationMethod, rangeFromHistogram } from './calibration-method.js';
import { Histogram, type HistogramRecord } from './histogram.js';
import type { RangeOfValues } from './insert-quantization.js';

/** What was seen of one activation. */
export interface ActivationRecord extends HistogramRecord {
  /** Images seen so far: the first ones of the calibration's list. */
  readonly images: number;
}

/** Histograms of a network's activations over a list of images; plain data. */
export interface Calibration {
  /** {@link networkKey} of the network. */
  readonly network: string;
  /** SHA-256 of each image file, in order. */
  readonly images: readonly string[];
  readonly activations: Readonly<Record<string, ActivationRecord>>;
}

/** How ranges follow from histograms. */
export interface RangeOptions {
  readonly method: CalibrationMethod;
  /** Of the method `percentile`, above 0 to 100. Default 99.99. */
  readonly percentile?: number;
}

/** Ranges of scale groups: a group's range is that of all its activations' values together. */
export function rangesFrom({ activations, images }: Calibration, { method, percentile }: RangeOptions): RangeOfValues {
  return (values) => {
    const records = values.map((value) => activations[value]);
    if (!records.every((record) => record !== undefined && record.images === images.length)) return null;
    const histograms = records.map((record) => Histogram.fromRecord(record as ActivationRecord));
    return rangeFromHistogram(Histogram.sum(histograms), method, percentile);
  };
}
