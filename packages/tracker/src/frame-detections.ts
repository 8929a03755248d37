// The detections of the current frame in the forms that matching needs; its arrays are reused.
import { normalise } from './embedding.js';
import type { TrackerInput } from './tracker-input.js';

/** The detections above the confidence; `input[i]` is the row of detection i in what the caller gave. */
export class FrameDetections {
  count = 0;
  input = new Int32Array(0);
  scores = new Float64Array(0);
  /** [count, 4] x1, y1, x2, y2. */
  boxes = new Float64Array(0);
  /** [count, 4] centre x, centre y, width / height, height. */
  measurements = new Float64Array(0);
  /** [count, size] of length 1. */
  embeddings = new Float32Array(0);
  /** [count] lengths of the embeddings: 1 but for rounding, or 0. */
  lengths = new Float64Array(0);
  #float32 = false;

  /** Takes the detections that score strictly above `confidence` and have a width and a height. */
  read(input: TrackerInput, confidence: number): void {
    const { boxes, scores, embeddings, embeddingSize } = input;
    this.#reserve(input.count, embeddingSize);
    this.#float32 = scores instanceof Float32Array;
    const threshold = this.#asScore(confidence);
    let count = 0;
    for (let row = 0; row < input.count; row++) {
      const width = boxes[4 * row + 2]! - boxes[4 * row]!;
      const height = boxes[4 * row + 3]! - boxes[4 * row + 1]!;
      if (!(scores[row]! > threshold && width > 0 && height > 0)) continue;
      this.input[count] = row;
      this.scores[count] = scores[row]!;
      const at = 4 * count;
      for (let k = 0; k < 4; k++) this.boxes[at + k] = boxes[4 * row + k]!;
      this.measurements[at] = boxes[4 * row]! + width / 2;
      this.measurements[at + 1] = boxes[4 * row + 1]! + height / 2;
      this.measurements[at + 2] = width / height;
      this.measurements[at + 3] = height;
      const to = count * embeddingSize;
      for (let d = 0; d < embeddingSize; d++) this.embeddings[to + d] = embeddings[row * embeddingSize + d]!;
      this.lengths[count] = normalise(this.embeddings, to, embeddingSize);
      count += 1;
    }
    this.count = count;
  }

  /** Whether a detection scores at least so much. */
  reaches(detection: number, confidence: number): boolean {
    return this.scores[detection]! >= this.#asScore(confidence);
  }

  /** Whether a detection scores more than so much. */
  exceeds(detection: number, confidence: number): boolean {
    return this.scores[detection]! > this.#asScore(confidence);
  }

  /** A threshold in the precision of the scores, so that float32's 0.4 is not above 0.4. */
  #asScore(confidence: number): number {
    return this.#float32 ? Math.fround(confidence) : confidence;
  }

  #reserve(count: number, embeddingSize: number): void {
    if (this.input.length < count) {
      this.input = new Int32Array(2 * count);
      this.scores = new Float64Array(2 * count);
      this.lengths = new Float64Array(2 * count);
      this.boxes = new Float64Array(8 * count);
      this.measurements = new Float64Array(8 * count);
    }
    if (this.embeddings.length < count * embeddingSize) this.embeddings = new Float32Array(2 * count * embeddingSize);
  }
}
