/** Detections of one frame, in any order; the `Detections` of fairmot-postprocess fit. Typed arrays are quickest. */
export interface TrackerInput {
  readonly count: number;
  /** [count, 4] x1, y1, x2, y2 in pixels of the image; may reach beyond it. */
  readonly boxes: ArrayLike<number>;
  /** [count] 0 to 1. */
  readonly scores: ArrayLike<number>;
  /** [count, embeddingSize] of any length but the same size in all frames. */
  readonly embeddings: ArrayLike<number>;
  readonly embeddingSize: number;
}

/**
 * Checks everything that `update` will read, so that a refused frame leaves no trace.
 *
 * @param embeddingSize what earlier frames had, or 0 if there were none with detections
 * @throws RangeError that names the array and the row
 */
export function requireTrackerInput(input: TrackerInput, embeddingSize: number): void {
  const { count } = input;
  requireLengths(input);
  if (count === 0) return;
  const size = input.embeddingSize;
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`Expected embeddingSize to be 1 or more but received ${size}`);
  if (embeddingSize !== 0 && size !== embeddingSize) {
    throw new RangeError(`Expected embeddings of ${embeddingSize} numbers as in earlier frames but received ${size}`);
  }
  requireLength('embeddings', input.embeddings, count, size);
  requireFinite('boxes', input.boxes, 4);
  requireFinite('scores', input.scores, 1);
  requireFinite('embeddings', input.embeddings, size);
}

/** The same for what needs no embeddings. */
export function requireBoxes(input: Omit<TrackerInput, 'embeddings' | 'embeddingSize'>): void {
  requireLengths(input);
  requireFinite('boxes', input.boxes, 4);
  requireFinite('scores', input.scores, 1);
}

function requireLengths({ count, boxes, scores }: Omit<TrackerInput, 'embeddings' | 'embeddingSize'>): void {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`Expected count to be 0 or more but received ${count}`);
  requireLength('boxes', boxes, count, 4);
  requireLength('scores', scores, count, 1);
}

function requireLength(name: string, values: ArrayLike<number>, count: number, size: number): void {
  if (values.length === count * size) return;
  const shape = size === 1 ? `${count}` : `${count} x ${size} = ${count * size}`;
  throw new RangeError(`Expected ${name} to hold ${shape} numbers but received ${values.length}`);
}

function requireFinite(name: string, values: ArrayLike<number>, size: number): void {
  let zero = 0; // stays 0 unless a value is NaN or infinite
  for (let i = 0; i < values.length; i++) zero += values[i]! * 0;
  if (zero === 0) return;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const row = Math.floor(i / size);
    throw new RangeError(`Expected ${name} to be finite numbers but received ${values[i]} in row ${row}`);
  }
}
