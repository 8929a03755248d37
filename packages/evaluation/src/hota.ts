// HOTA. Source: Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 2021.

import { combinedThreshold, type HotaAtThreshold, hotaThresholds, thresholdMetrics } from './hota-threshold.js';
import { IdentityPairs } from './identity-pairs.js';
import { maximumWeightMatching } from './maximum-weight-matching.js';
import type { Sequence, SequenceFrame } from './sequence.js';

/** The HOTA metrics, each the mean over the 19 thresholds of IoU from 0.05 to 0.95. Fractions, not per cent. */
export interface HotaMetrics {
  /** Geometric mean of DetA and AssA at each threshold. */
  readonly HOTA: number;
  /** Detection accuracy: TP / (TP + FN + FP). */
  readonly DetA: number;
  /** Association accuracy: over all matched pairs, how much of the two identities is each other. */
  readonly AssA: number;
  /** Localisation accuracy: mean IoU of the matched pairs. */
  readonly LocA: number;
  readonly DetRe: number;
  readonly DetPr: number;
  readonly AssRe: number;
  readonly AssPr: number;
  /** The same at each threshold, 0.05 first. */
  readonly thresholds: readonly HotaAtThreshold[];
}

/**
 * HOTA metrics of one sequence.
 *
 * @example
 * const { HOTA, thresholds } = hotaMetrics(sequenceFromRows(groundTruth, result));
 * const atHalf = thresholds[9]; // at IoU 0.5
 */
export function hotaMetrics(sequence: Sequence): HotaMetrics {
  const pairs = new IdentityPairs(sequence);
  const lengths = { truth: lengthsOf(sequence, 'truth'), prediction: lengthsOf(sequence, 'predictions') };
  const alignment = alignmentOf(sequence, pairs, lengths);
  const matches = hotaThresholds.map(() => ({ TP: 0, iouSum: 0, together: new Int32Array(pairs.count) }));
  for (const [f, frame] of sequence.frames.entries()) {
    const pairOf = pairs.ofFrame[f]!;
    const { row, column, iou } = frame.overlaps;
    const weight = iou.map((value, e) => alignment[pairOf[e]!]! * value);
    const sizes = { rows: frame.truth.length, columns: frame.predictions.length };
    for (const e of maximumWeightMatching({ ...sizes, row, column, weight })) {
      for (let a = 0; a < hotaThresholds.length && iou[e]! >= hotaThresholds[a]! - Number.EPSILON; a++) {
        const at = matches[a]!;
        at.TP += 1;
        at.iouSum += iou[e]!;
        at.together[pairOf[e]!]! += 1;
      }
    }
  }
  return meansOf(hotaThresholds.map((alpha, a) => thresholdMetrics(alpha, matches[a]!, sequence, pairs, lengths)));
}

/** [identities] boxes of each. */
function lengthsOf({ frames, truthIds, predictionIds }: Sequence, side: 'truth' | 'predictions'): Int32Array {
  const lengths = new Int32Array(side === 'truth' ? truthIds : predictionIds);
  for (const frame of frames) for (const id of frame[side]) lengths[id]! += 1;
  return lengths;
}

/** [pairs] how well two identities fit over the whole film, from 0 to 1. It decides who is matched in each frame. */
function alignmentOf(
  sequence: Sequence,
  pairs: IdentityPairs,
  lengths: { readonly truth: Int32Array; readonly prediction: Int32Array },
): Float64Array {
  const shared = new Float64Array(pairs.count);
  for (const [f, frame] of sequence.frames.entries()) addShares(frame, pairs.ofFrame[f]!, shared);
  return shared.map(
    (value, p) => value / (lengths.truth[pairs.truth[p]!]! + lengths.prediction[pairs.prediction[p]!]! - value),
  );
}

/** Adds each overlap's share of all the overlaps of its two boxes. */
function addShares({ truth, predictions, overlaps }: SequenceFrame, pairOf: Int32Array, shared: Float64Array): void {
  const { row, column, iou } = overlaps;
  const rowSum = new Float64Array(truth.length);
  const columnSum = new Float64Array(predictions.length);
  for (let e = 0; e < iou.length; e++) {
    rowSum[row[e]!]! += iou[e]!;
    columnSum[column[e]!]! += iou[e]!;
  }
  for (let e = 0; e < iou.length; e++) {
    const all = columnSum[column[e]!]! + rowSum[row[e]!]! - iou[e]!;
    if (all > Number.EPSILON) shared[pairOf[e]!]! += iou[e]! / all;
  }
}

/** HOTA metrics of all sequences together: counts are summed, association and localisation are averaged by matched pairs. */
export function combinedHota(all: readonly HotaMetrics[]): HotaMetrics {
  return meansOf(hotaThresholds.map((_, a) => combinedThreshold(all.map(({ thresholds }) => thresholds[a]!))));
}

function meansOf(thresholds: readonly HotaAtThreshold[]): HotaMetrics {
  const mean = (field: Exclude<keyof HotaMetrics, 'thresholds'>) =>
    thresholds.reduce((sum, at) => sum + at[field], 0) / thresholds.length;
  return {
    HOTA: mean('HOTA'),
    DetA: mean('DetA'),
    AssA: mean('AssA'),
    LocA: mean('LocA'),
    DetRe: mean('DetRe'),
    DetPr: mean('DetPr'),
    AssRe: mean('AssRe'),
    AssPr: mean('AssPr'),
    thresholds,
  };
}
