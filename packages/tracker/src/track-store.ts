// What the tracker knows of each track in numbers: motion, box and embedding in flat arrays, a slot a track.
import { blend } from './embedding.js';
import type { FrameDetections } from './frame-detections.js';
import { KalmanFilter, type KalmanNoise } from './kalman-filter.js';

/** Slots for living tracks; those of ended tracks are used again, so memory follows the most tracks alive at once. */
export class TrackStore {
  readonly kalman: KalmanFilter;
  /** [slots, 4] x1, y1, x2, y2 of the Kalman mean. */
  boxes = new Float64Array(0);
  /** [slots, embeddingSize] of length 1: the running average of looks. */
  embeddings = new Float32Array(0);
  /** [slots] lengths of the embeddings: 1 but for rounding, or 0. */
  lengths = new Float64Array(0);
  readonly embeddingSize: number;
  readonly #free: number[] = [];
  #slots = 0;

  constructor(noise: KalmanNoise, embeddingSize: number) {
    this.kalman = new KalmanFilter(noise);
    this.embeddingSize = embeddingSize;
  }

  /** Slots ever made; for tests of memory. */
  get size(): number {
    return this.#slots;
  }

  /** A new track from a detection; returns its slot. */
  add(detections: FrameDetections, detection: number): number {
    const slot = this.#free.pop() ?? this.#grow();
    this.kalman.initiate(slot, detections.measurements, 4 * detection);
    const size = this.embeddingSize;
    this.embeddings.set(detections.embeddings.subarray(detection * size, (detection + 1) * size), slot * size);
    this.lengths[slot] = detections.lengths[detection]!;
    this.kalman.writeBox(slot, this.boxes, 4 * slot);
    return slot;
  }

  predict(slot: number, freezeHeight: boolean): void {
    this.kalman.predict(slot, freezeHeight);
    this.kalman.writeBox(slot, this.boxes, 4 * slot);
  }

  /** Takes a detection for the track's next. */
  update(slot: number, detections: FrameDetections, detection: number, momentum: number): void {
    this.kalman.update(slot, detections.measurements, 4 * detection);
    this.kalman.writeBox(slot, this.boxes, 4 * slot);
    const size = this.embeddingSize;
    this.lengths[slot] = blend(this.embeddings, slot * size, detections.embeddings, detection * size, size, momentum);
  }

  release(slot: number): void {
    this.#free.push(slot);
  }

  #grow(): number {
    const slot = this.#slots++;
    this.kalman.reserve(this.#slots);
    if (this.lengths.length < this.#slots) {
      const room = Math.max(16, 2 * this.#slots);
      this.boxes = enlarged(this.boxes, new Float64Array(4 * room));
      this.embeddings = enlarged(this.embeddings, new Float32Array(room * this.embeddingSize));
      this.lengths = enlarged(this.lengths, new Float64Array(room));
    }
    return slot;
  }
}

function enlarged<T extends Float32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
