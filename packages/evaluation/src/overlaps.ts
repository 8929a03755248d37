// Intersection over union of boxes, only where it is above 0.

/** Pairs of ground truth and prediction of one frame that overlap, sorted by ground truth and then by prediction. */
export interface Overlaps {
  /** Position of the ground truth in its frame. */
  readonly row: number[];
  /** Position of the prediction in its frame. */
  readonly column: number[];
  /** Intersection over union, above 0, at most 1. */
  readonly iou: number[];
}

const epsilon = Number.EPSILON;

/**
 * IoU of all pairs of the given boxes. Boxes without area overlap nothing.
 *
 * @param truth [any, 4] left, top, width, height; `truthRows` are its rows to take
 */
export function overlapsOf(
  truth: Float64Array,
  truthRows: ArrayLike<number>,
  prediction: Float64Array,
  predictionRows: ArrayLike<number>,
): Overlaps {
  const overlaps: Overlaps = { row: [], column: [], iou: [] };
  const a = corners(truth, truthRows);
  const b = corners(prediction, predictionRows);
  for (let i = 0; i < a.length; i += 5) {
    if (a[i + 4]! <= epsilon) continue;
    for (let j = 0; j < b.length; j += 5) {
      const width = Math.min(a[i + 2]!, b[j + 2]!) - Math.max(a[i]!, b[j]!);
      if (width <= 0) continue;
      const height = Math.min(a[i + 3]!, b[j + 3]!) - Math.max(a[i + 1]!, b[j + 1]!);
      if (height <= 0 || b[j + 4]! <= epsilon) continue;
      const intersection = width * height;
      const union = a[i + 4]! + b[j + 4]! - intersection;
      if (union <= epsilon) continue;
      overlaps.row.push(i / 5);
      overlaps.column.push(j / 5);
      overlaps.iou.push(intersection / union);
    }
  }
  return overlaps;
}

/** [rows, 5] left, top, right, bottom, area. */
function corners(boxes: Float64Array, rows: ArrayLike<number>): Float64Array {
  const result = new Float64Array(5 * rows.length);
  for (let k = 0; k < rows.length; k++) {
    const from = 4 * rows[k]!;
    const [left, top] = [boxes[from]!, boxes[from + 1]!];
    const [right, bottom] = [left + boxes[from + 2]!, top + boxes[from + 3]!];
    result.set([left, top, right, bottom, (right - left) * (bottom - top)], 5 * k);
  }
  return result;
}
