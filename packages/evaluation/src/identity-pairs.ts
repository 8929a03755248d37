import type { Sequence } from './sequence.js';

/** The pairs of a ground truth and a predicted identity that ever overlap, numbered in order of appearance. */
export class IdentityPairs {
  /** [count] */
  readonly truth: number[] = [];
  /** [count] */
  readonly prediction: number[] = [];
  /** [frames][overlaps] the pair of each overlap */
  readonly ofFrame: readonly Int32Array[];

  constructor(sequence: Sequence) {
    const numbers = new Map<number, number>();
    this.ofFrame = sequence.frames.map(({ truth, predictions, overlaps }) =>
      Int32Array.from(overlaps.iou, (_, e) => {
        const [a, b] = [truth[overlaps.row[e]!]!, predictions[overlaps.column[e]!]!];
        const key = a * sequence.predictionIds + b;
        const known = numbers.get(key);
        if (known !== undefined) return known;
        numbers.set(key, this.truth.length);
        this.prediction.push(b);
        return this.truth.push(a) - 1;
      }),
    );
  }

  get count(): number {
    return this.truth.length;
  }

  /** All pairs, by ground truth and then by prediction. */
  sorted(): number[] {
    const { truth, prediction } = this;
    return truth.map((_, pair) => pair).sort((p, q) => truth[p]! - truth[q]! || prediction[p]! - prediction[q]!);
  }
}
