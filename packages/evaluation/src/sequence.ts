// Ground truth and predictions of one film, preprocessed and relabelled: what the metrics read.
import { type Benchmark, distractorClasses, isMotClass } from './benchmark.js';
import { FairmotError } from './error.js';
import { type MotRows, placeOf } from './mot-rows.js';
import { type Overlaps, overlapsOf } from './overlaps.js';
import { isCounted, predictionsToKeep } from './remove-distractors.js';

/** One frame of it. */
export interface SequenceFrame {
  /** From 1. */
  readonly frame: number;
  /** [ground truth] identities, from 0 to `truthIds` - 1 */
  readonly truth: readonly number[];
  /** [predictions] identities, from 0 to `predictionIds` - 1 */
  readonly predictions: readonly number[];
  /** Pairs that overlap, by position in `truth` and `predictions`. */
  readonly overlaps: Overlaps;
}

/** One film. Frames without any box are left out of `frames`. */
export interface Sequence {
  readonly frameCount: number;
  readonly frames: readonly SequenceFrame[];
  readonly truthIds: number;
  readonly predictionIds: number;
  /** [truthIds] identities as the ground truth calls them */
  readonly truthNames: readonly number[];
  /** [predictionIds] identities as the results call them */
  readonly predictionNames: readonly number[];
  readonly truthBoxes: number;
  readonly predictionBoxes: number;
}

/** How ground truth is read. */
export interface SequenceOptions {
  /** Whose preprocessing. `mot15` has none, except that rows marked 0 do not count. Default `mot15`. */
  readonly benchmark?: Benchmark;
  /** Length of the film; a row beyond it is an error. Default: the last frame with a box. */
  readonly frameCount?: number;
}

/**
 * Pairs ground truth with predictions frame by frame, as MOTChallenge prepares them: predictions that are matched to distractors
 * and ground truth that does not count are taken out.
 *
 * @throws FairmotError that names file and line, for frames beyond the film's end, classes outside the format, and predictions of other classes
 * @example
 * const sequence = sequenceFromRows(rowsFromMotText(gt, 'gt.txt'), rowsFromMotText(result, 'result.txt'), { benchmark: 'mot17' });
 */
export function sequenceFromRows(truth: MotRows, prediction: MotRows, options: SequenceOptions = {}): Sequence {
  const last = Math.max(lastFrame(truth), lastFrame(prediction));
  const frameCount = options.frameCount ?? last;
  const distractors = distractorClasses(options.benchmark ?? 'mot15');
  requireWithin(truth, frameCount);
  requireWithin(prediction, frameCount);
  requireClasses(truth, prediction, options.benchmark ?? 'mot15');
  const [truthRows, predictionRows] = [rowsByFrame(truth, last), rowsByFrame(prediction, last)];
  const [truthLabels, predictionLabels] = [new Labels(truth), new Labels(prediction)];
  const frames: SequenceFrame[] = [];
  for (let frame = 1; frame <= last; frame++) {
    const [ours, theirs] = [truthRows[frame]!, predictionRows[frame]!];
    const all = overlapsOf(truth.boxes, ours, prediction.boxes, theirs);
    const keepTruth = ours.map((row) => isCounted(truth, row, distractors !== null));
    const keepPrediction = distractors
      ? predictionsToKeep(truth, ours, theirs.length, all, distractors)
      : theirs.map(() => true);
    const left = {
      frame,
      truth: ours.filter((_, k) => keepTruth[k]).map((row) => truthLabels.of(row)),
      predictions: theirs.filter((_, k) => keepPrediction[k]).map((row) => predictionLabels.of(row)),
      overlaps: thinned(all, keepTruth, keepPrediction),
    };
    if (left.truth.length + left.predictions.length > 0) frames.push(left);
  }
  return {
    frameCount,
    frames,
    truthIds: truthLabels.count,
    predictionIds: predictionLabels.count,
    truthNames: truthLabels.names,
    predictionNames: predictionLabels.names,
    truthBoxes: frames.reduce((sum, frame) => sum + frame.truth.length, 0),
    predictionBoxes: frames.reduce((sum, frame) => sum + frame.predictions.length, 0),
  };
}

/** Gives identities that occur consecutive numbers, in order of appearance. */
class Labels {
  readonly #labels = new Map<number, number>();
  constructor(private readonly rows: MotRows) {}

  get count(): number {
    return this.#labels.size;
  }

  get names(): number[] {
    return [...this.#labels.keys()];
  }

  of(row: number): number {
    const id = this.rows.ids[row]!;
    const label = this.#labels.get(id) ?? this.#labels.size;
    this.#labels.set(id, label);
    return label;
  }
}

const lastFrame = ({ frames }: MotRows) => frames.reduce((last, frame) => Math.max(last, frame), 0);

/** [frames + 1] rows of each frame, in the file's order; 0 stays empty. */
function rowsByFrame({ count, frames }: MotRows, last: number): number[][] {
  const rows = Array.from({ length: last + 1 }, (): number[] => []);
  for (let row = 0; row < count; row++) rows[frames[row]!]!.push(row);
  return rows;
}

/** The overlaps of what stays, by position among what stays. */
function thinned(
  { row, column, iou }: Overlaps,
  keepRow: readonly boolean[],
  keepColumn: readonly boolean[],
): Overlaps {
  const [rowAfter, columnAfter] = [positions(keepRow), positions(keepColumn)];
  const left: Overlaps = { row: [], column: [], iou: [] };
  for (let e = 0; e < iou.length; e++) {
    if (!keepRow[row[e]!] || !keepColumn[column[e]!]) continue;
    left.row.push(rowAfter[row[e]!]!);
    left.column.push(columnAfter[column[e]!]!);
    left.iou.push(iou[e]!);
  }
  return left;
}

function positions(keep: readonly boolean[]): number[] {
  let next = 0;
  return keep.map((kept) => (kept ? next++ : -1));
}

function requireWithin(rows: MotRows, frameCount: number): void {
  const beyond = rows.frames.findIndex((frame) => frame > frameCount);
  if (beyond === -1) return;
  throw new FairmotError(
    `Expected frames up to ${frameCount}, the length of the sequence, in ${placeOf(rows, beyond)} but received ${rows.frames[beyond]}`,
  );
}

function requireClasses(truth: MotRows, prediction: MotRows, benchmark: Benchmark): void {
  const odd = benchmark === 'mot15' ? -1 : truth.classes.findIndex((value) => !isMotClass(value));
  if (odd !== -1) {
    throw new FairmotError(
      `Expected a class from 1 to 13 in column 8 of ${placeOf(truth, odd)} but received ${truth.classes[odd]}`,
      { hint: 'ground truth without classes is read with the benchmark mot15' },
    );
  }
  const other = prediction.classes.findIndex((value) => Math.trunc(value) > motPedestrian);
  if (other === -1) return;
  throw new FairmotError(
    `Expected pedestrians only (class 1 or -1 in column 8) in ${placeOf(prediction, other)} but received class ${prediction.classes[other]}`,
    { hint: 'leave other classes out of the results' },
  );
}

const motPedestrian = 1;
