// CLEAR MOT. Source: Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics", 2008, in
// the form of MOTChallenge and TrackEval (metrics/clear.py).
import { ClearMatcher } from './clear-matcher.js';
import type { Sequence } from './sequence.js';

/** The CLEAR MOT metrics. Rates are fractions, not per cent. */
export interface ClearMetrics {
  /** Accuracy: 1 - (FP + FN + IDSW) / ground truth boxes; below 0 where there are more errors than boxes. */
  readonly MOTA: number;
  /** Mean IoU of the matched pairs. */
  readonly MOTP: number;
  /** TP / (TP + FN). */
  readonly recall: number;
  /** TP / (TP + FP). */
  readonly precision: number;
  readonly TP: number;
  readonly FP: number;
  readonly FN: number;
  /** Times a ground truth identity is matched to another predicted identity than before. */
  readonly IDSW: number;
  /** Times the matching of a ground truth identity resumes after an interruption. */
  readonly Frag: number;
  /** Ground truth identities that are matched in more than 80% of their frames. */
  readonly MT: number;
  /** Those matched in 20% to 80%. */
  readonly PT: number;
  /** Those matched in less than 20%. */
  readonly ML: number;
}

/**
 * CLEAR MOT metrics of one sequence, at IoU 0.5.
 *
 * @example
 * const { MOTA, IDSW } = clearMetrics(sequenceFromRows(groundTruth, result));
 */
export function clearMetrics(sequence: Sequence): ClearMetrics {
  const { truthIds, truthBoxes, predictionBoxes } = sequence;
  const [boxes, matches, beginnings] = [0, 1, 2].map(() => new Int32Array(truthIds)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const matcher = new ClearMatcher(truthIds);
  let [TP, IDSW, iouSum] = [0, 0, 0];
  for (const frame of sequence.frames) {
    for (const id of frame.truth) boxes[id]! += 1;
    for (const { truth, iou, switches, begins } of matcher.match(frame)) {
      TP += 1;
      iouSum += iou;
      matches[truth]! += 1;
      if (switches) IDSW += 1;
      if (begins) beginnings[truth]! += 1;
    }
  }
  let [MT, PT] = [0, 0];
  for (let id = 0; id < truthIds; id++) {
    const share = matches[id]! / boxes[id]!;
    if (share > 0.8) MT += 1;
    else if (share >= 0.2) PT += 1;
  }
  const Frag = beginnings.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  const counted = { TP, FP: predictionBoxes - TP, FN: truthBoxes - TP, IDSW, Frag, MT, PT, ML: truthIds - MT - PT };
  const metrics = withRates(counted, iouSum);
  return truthBoxes === 0 ? { ...metrics, MOTA: 0 } : metrics;
}

/** What went right and wrong in one frame. */
export interface ClearFrame {
  /** From 1. */
  readonly frame: number;
  readonly TP: number;
  readonly FP: number;
  readonly FN: number;
  readonly IDSW: number;
  /** Matched identities, as ground truth and predictions call them. */
  readonly pairs: readonly { readonly truth: number; readonly prediction: number }[];
}

/**
 * The matches behind `clearMetrics`, frame by frame; frames without any box are left out.
 *
 * @example
 * const worst = clearFrames(sequence).sort((a, b) => b.FN + b.FP - a.FN - a.FP)[0];
 */
export function clearFrames(sequence: Sequence): ClearFrame[] {
  const matcher = new ClearMatcher(sequence.truthIds);
  return sequence.frames.map((frame) => {
    const matches = matcher.match(frame);
    return {
      frame: frame.frame,
      TP: matches.length,
      FP: frame.predictions.length - matches.length,
      FN: frame.truth.length - matches.length,
      IDSW: matches.filter(({ switches }) => switches).length,
      pairs: matches.map(({ truth, prediction }) => ({
        truth: sequence.truthNames[truth]!,
        prediction: sequence.predictionNames[prediction]!,
      })),
    };
  });
}

type Counted = Omit<ClearMetrics, 'MOTA' | 'MOTP' | 'recall' | 'precision'>;

function withRates(counted: Counted, iouSum: number): ClearMetrics {
  const { TP, FP, FN, IDSW } = counted;
  const truthBoxes = Math.max(1, TP + FN);
  return {
    MOTA: (TP - FP - IDSW) / truthBoxes,
    MOTP: iouSum / Math.max(1, TP),
    recall: TP / truthBoxes,
    precision: TP / Math.max(1, TP + FP),
    ...counted,
  };
}

/** CLEAR MOT metrics of all sequences together: counts are summed, rates follow from the sums. */
export function combinedClear(all: readonly ClearMetrics[]): ClearMetrics {
  const sum = (field: keyof Counted) => all.reduce((total, metrics) => total + metrics[field], 0);
  const [TP, FP, FN, IDSW, Frag] = [sum('TP'), sum('FP'), sum('FN'), sum('IDSW'), sum('Frag')];
  const iouSum = all.reduce((total, metrics) => total + metrics.MOTP * metrics.TP, 0);
  return withRates({ TP, FP, FN, IDSW, Frag, MT: sum('MT'), PT: sum('PT'), ML: sum('ML') }, iouSum);
}
