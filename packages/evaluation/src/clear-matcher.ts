// Who is matched in each frame by the rules of CLEAR MOT: pairs of the previous frame go on where they can, then the most overlap wins.
import { maximumWeightMatching } from './maximum-weight-matching.js';
import type { SequenceFrame } from './sequence.js';

/** A matched pair of one frame. */
export interface ClearMatch {
  readonly truth: number;
  readonly prediction: number;
  readonly iou: number;
  /** Whether the ground truth identity was matched to another predicted identity when it was matched last. */
  readonly switches: boolean;
  /** Whether it was not matched in the frame before. */
  readonly begins: boolean;
}

const leastOverlap = 0.5 - Number.EPSILON;
/** Outweighs any gain in IoU. */
const continuity = 1000;

/** Matches the frames of a sequence, one after the other. */
export class ClearMatcher {
  readonly #last: Int32Array; // predicted identity of each ground truth identity when it was matched last, or -1
  #previous: Int32Array; // the same, in the previous frame only

  constructor(truthIds: number) {
    this.#last = new Int32Array(truthIds).fill(-1);
    this.#previous = new Int32Array(truthIds).fill(-1);
  }

  /** The matches of the next frame, in the order of its ground truth. */
  match(frame: SequenceFrame): ClearMatch[] {
    const { truth, predictions } = frame;
    // As in TrackEval, a frame without any ground truth or any prediction interrupts nothing.
    if (truth.length === 0 || predictions.length === 0) return [];
    const pairs = this.#closePairs(frame);
    const next = new Int32Array(this.#previous.length).fill(-1);
    const matched = maximumWeightMatching({ ...pairs, rows: truth.length, columns: predictions.length });
    const matches = matched.map((e) => {
      const [id, prediction] = [truth[pairs.row[e]!]!, predictions[pairs.column[e]!]!];
      const switches = this.#last[id] !== -1 && this.#last[id] !== prediction;
      this.#last[id] = prediction;
      next[id] = prediction;
      return { truth: id, prediction, iou: pairs.iou[e]!, switches, begins: this.#previous[id] === -1 };
    });
    this.#previous = next;
    return matches;
  }

  /** Pairs that may be matched, and what each is worth. */
  #closePairs({ truth, predictions, overlaps }: SequenceFrame) {
    const pairs = { row: [] as number[], column: [] as number[], weight: [] as number[], iou: [] as number[] };
    for (let e = 0; e < overlaps.iou.length; e++) {
      const [row, column, iou] = [overlaps.row[e]!, overlaps.column[e]!, overlaps.iou[e]!];
      if (iou < leastOverlap) continue;
      pairs.row.push(row);
      pairs.column.push(column);
      pairs.iou.push(iou);
      pairs.weight.push((this.#previous[truth[row]!] === predictions[column] ? continuity : 0) + iou);
    }
    return pairs;
  }
}
