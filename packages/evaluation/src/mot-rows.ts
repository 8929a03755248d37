// The boxes of one MOTChallenge file or of one tracker's run, in columns.
import { FairmotError } from './error.js';

/** Boxes with identities, in the order of their file. */
export interface MotRows {
  /** Where they come from, for messages: a file name. */
  readonly source: string;
  readonly count: number;
  /** Columns of the file's first row: 10 in MOT15, 9 in later ground truth; 0 where there are no rows. */
  readonly columns: number;
  /** [count] from 1 */
  readonly frames: Int32Array;
  /** [count] whole numbers of at least 0 */
  readonly ids: Float64Array;
  /** [count, 4] left, top, width, height in pixels */
  readonly boxes: Float64Array;
  /** [count] column 7 (1 where absent): confidence, or in ground truth whether the row counts */
  readonly confidences: Float64Array;
  /** [count] column 8 (1 where absent): the class in MOT16 and later, something else in MOT15 */
  readonly classes: Float64Array;
  /** [count] line of the file, from 1 */
  readonly lines: Int32Array;
}

/** One box of one identity in one frame. */
export interface MotBox {
  /** From 1. */
  readonly frame: number;
  /** A whole number of at least 0, once in a frame. */
  readonly id: number;
  /** Left, top, width, height in pixels. */
  readonly box: readonly [number, number, number, number];
  /** In ground truth, 0 takes the box out of the evaluation. Default 1. */
  readonly confidence?: number;
  /** Class number of MOT16 and later; 1 is a pedestrian. Default 1. */
  readonly class?: number;
}

/** `gt.txt:12` */
export const placeOf = (rows: MotRows, row: number) => `${rows.source}:${rows.lines[row]}`;

/**
 * Rows for `sequenceFromRows` from boxes in memory, such as a tracker's.
 *
 * @param source name for messages, in which the line is the number of the box from 1
 * @throws FairmotError that names the box, if a number is out of its range or an identity comes twice in a frame
 * @example
 * const rows = rowsFromBoxes([{ frame: 1, id: 7, box: [10, 20, 30, 60] }]);
 */
export function rowsFromBoxes(boxes: Iterable<MotBox>, source = 'boxes'): MotRows {
  const list = [...boxes];
  return checkedRows({
    source,
    count: list.length,
    columns: list.length > 0 ? 9 : 0,
    frames: Int32Array.from(list, ({ frame }) => frame),
    ids: Float64Array.from(list, ({ id }) => id),
    boxes: Float64Array.from(list.flatMap(({ box }) => box)),
    confidences: Float64Array.from(list, ({ confidence = 1 }) => confidence),
    classes: Float64Array.from(list, (row) => row.class ?? 1),
    lines: Int32Array.from(list, (_, row) => row + 1),
  });
}

/**
 * The same rows, once they are known to be usable.
 *
 * @throws FairmotError that names file and line
 */
export function checkedRows(rows: MotRows): MotRows {
  const { frames, ids, boxes } = rows;
  for (let row = 0; row < rows.count; row++) {
    if (frames[row]! < 1) refuse(rows, row, 'a frame number of at least 1', frames[row]!);
    if (!Number.isInteger(ids[row]) || ids[row]! < 0)
      refuse(rows, row, 'an identity that is a whole number of at least 0', ids[row]!);
    for (let k = 4 * row; k < 4 * row + 4; k++)
      if (!Number.isFinite(boxes[k])) refuse(rows, row, 'a box of finite numbers', boxes[k]!);
  }
  refuseTwins(rows);
  return rows;
}

function refuse(rows: MotRows, row: number, expected: string, received: number): never {
  throw new FairmotError(`Expected ${expected} in ${placeOf(rows, row)} but received ${received}`);
}

function refuseTwins(rows: MotRows): void {
  const seen = new Map<number, Map<number, number>>(); // frame -> id -> row
  for (let row = 0; row < rows.count; row++) {
    const frame = rows.frames[row]!;
    let ids = seen.get(frame);
    if (!ids) {
      ids = new Map();
      seen.set(frame, ids);
    }
    const id = rows.ids[row]!;
    const first = ids.get(id);
    if (first !== undefined) {
      throw new FairmotError(
        `Expected every identity once in a frame but received ${id} in frame ${frame} twice, in ${placeOf(rows, first)} and line ${rows.lines[row]}`,
      );
    }
    ids.set(id, row);
  }
}
