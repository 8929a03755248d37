// CLEAR MOT. Source: Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics", 2008, in
// the form of MOTChallenge and TrackEval (metrics/clear.py).
import { maximumWeightMatching } from './maximum-weight-matching.js';
import type { Sequence, SequenceFrame } from './sequence.js';

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

const leastOverlap = 0.5 - Number.EPSILON;
/** Outweighs any gain in IoU: a pair that was matched goes on where it can. */
const continuity = 1000;

/** What is known of each ground truth identity while the frames go by. */
interface Histories {
  readonly boxes: Int32Array;
  readonly matches: Int32Array;
  readonly beginnings: Int32Array; // of uninterrupted stretches
  readonly last: Int32Array; // predicted identity it was matched to last, or -1
  readonly previous: Int32Array; // the same in the previous frame only
}

/** CLEAR MOT metrics of one sequence, at IoU 0.5. */
export function clearMetrics(sequence: Sequence): ClearMetrics {
  const { truthIds, truthBoxes, predictionBoxes } = sequence;
  const histories: Histories = {
    boxes: new Int32Array(truthIds),
    matches: new Int32Array(truthIds),
    beginnings: new Int32Array(truthIds),
    last: new Int32Array(truthIds).fill(-1),
    previous: new Int32Array(truthIds).fill(-1),
  };
  const counts = { TP: 0, IDSW: 0, iouSum: 0 };
  for (const frame of sequence.frames) {
    for (const id of frame.truth) histories.boxes[id]! += 1;
    // As in TrackEval, a frame without any ground truth or any prediction interrupts nothing.
    if (frame.truth.length > 0 && frame.predictions.length > 0) addFrame(frame, histories, counts);
  }
  const { TP, IDSW, iouSum } = counts;
  let [MT, PT, Frag] = [0, 0, 0];
  for (let id = 0; id < truthIds; id++) {
    const share = histories.matches[id]! / histories.boxes[id]!;
    if (share > 0.8) MT += 1;
    else if (share >= 0.2) PT += 1;
    Frag += Math.max(0, histories.beginnings[id]! - 1);
  }
  const counted = { TP, FP: predictionBoxes - TP, FN: truthBoxes - TP, IDSW, Frag, MT, PT, ML: truthIds - MT - PT };
  const metrics = withRates(counted, iouSum);
  return truthBoxes === 0 ? { ...metrics, MOTA: 0 } : metrics;
}

function addFrame(
  frame: SequenceFrame,
  { matches, beginnings, last, previous }: Histories,
  counts: { TP: number; IDSW: number; iouSum: number },
): void {
  const pairs = closePairs(frame, previous);
  const interrupted = previous.slice();
  previous.fill(-1);
  for (const e of maximumWeightMatching({ ...pairs, rows: frame.truth.length, columns: frame.predictions.length })) {
    const truth = frame.truth[pairs.row[e]!]!;
    const prediction = frame.predictions[pairs.column[e]!]!;
    if (last[truth] !== -1 && last[truth] !== prediction) counts.IDSW += 1;
    if (interrupted[truth] === -1) beginnings[truth]! += 1;
    matches[truth]! += 1;
    last[truth] = prediction;
    previous[truth] = prediction;
    counts.TP += 1;
    counts.iouSum += pairs.iou[e]!;
  }
}

/** Pairs that may be matched, and what each is worth. */
function closePairs({ truth, predictions, overlaps }: SequenceFrame, previous: Int32Array) {
  const pairs = { row: [] as number[], column: [] as number[], weight: [] as number[], iou: [] as number[] };
  for (let e = 0; e < overlaps.iou.length; e++) {
    const [row, column, iou] = [overlaps.row[e]!, overlaps.column[e]!, overlaps.iou[e]!];
    if (iou < leastOverlap) continue;
    pairs.row.push(row);
    pairs.column.push(column);
    pairs.iou.push(iou);
    pairs.weight.push((previous[truth[row]!] === predictions[column] ? continuity : 0) + iou);
  }
  return pairs;
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
