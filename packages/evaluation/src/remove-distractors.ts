// What MOTChallenge takes out before it counts. Source: TrackEval (github.com/JonathonLuiten/TrackEval), datasets/mot_challenge_2d_box.py.

import { motClass } from './benchmark.js';
import { maximumWeightMatching } from './maximum-weight-matching.js';
import type { MotRows } from './mot-rows.js';
import type { Overlaps } from './overlaps.js';

const leastOverlap = 0.5 - Number.EPSILON;

/**
 * Which predictions of a frame stay: those that are not matched (IoU 0.5, highest sum of IoU over all ground truth of any class,
 * ignored rows included) to a distractor.
 *
 * @param truthRows rows of the frame in `truth`
 * @returns [predictions of the frame]
 */
export function predictionsToKeep(
  truth: MotRows,
  truthRows: ArrayLike<number>,
  predictionCount: number,
  overlaps: Overlaps,
  distractors: ReadonlySet<number>,
): boolean[] {
  const keep = new Array<boolean>(predictionCount).fill(true);
  const close = overlaps.iou.flatMap((iou, edge) => (iou >= leastOverlap ? [edge] : []));
  const column = close.map((edge) => overlaps.column[edge]!);
  const row = close.map((edge) => overlaps.row[edge]!);
  const weight = close.map((edge) => overlaps.iou[edge]!);
  for (const e of maximumWeightMatching({ rows: truthRows.length, columns: predictionCount, row, column, weight })) {
    if (distractors.has(classOf(truth, truthRows[row[e]!]!))) keep[column[e]!] = false;
  }
  return keep;
}

/** Whether a row of ground truth is counted: not marked 0, and a pedestrian where there are classes. */
export function isCounted(truth: MotRows, row: number, withClasses: boolean): boolean {
  // The mark is a whole number in the format; TrackEval cuts off what else stands there.
  if (Math.trunc(truth.confidences[row]!) === 0) return false;
  return !withClasses || classOf(truth, row) === motClass.pedestrian;
}

const classOf = (truth: MotRows, row: number) => truth.classes[row]!;
