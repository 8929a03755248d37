// The constant-velocity Kalman filter of SORT and FairMOT (src/lib/tracking_utils/kalman_filter.py) for many objects at once.
// State: centre x, centre y, aspect ratio a = width / height, height h, and their velocities, a frame at a time.
// Each quantity moves with its own velocity and all noise is diagonal, so the 8x8 covariance is four 2x2 blocks, exactly.

/** Standard deviations as shares of the box height. */
export interface KalmanNoise {
  readonly positionNoise: number;
  readonly velocityNoise: number;
}

const aspect = 2; // the quantity whose noise does not grow with the height
const height = 3;

/** States of many objects in flat arrays; each has a slot. */
export class KalmanFilter {
  /** [slots, 8] x, y, a, h, vx, vy, va, vh. */
  mean = new Float64Array(0);
  /** [slots, 4, 3] per quantity: variance, covariance with its velocity, variance of the velocity. */
  covariance = new Float64Array(0);
  readonly #position: number;
  readonly #velocity: number;

  constructor(noise: KalmanNoise) {
    this.#position = noise.positionNoise;
    this.#velocity = noise.velocityNoise;
  }

  /** Makes room for at least so many slots; what is there stays. */
  reserve(slots: number): void {
    if (this.mean.length >= 8 * slots) return;
    const room = Math.max(16, 2 * slots);
    const { mean, covariance } = this;
    this.mean = new Float64Array(8 * room);
    this.covariance = new Float64Array(12 * room);
    this.mean.set(mean);
    this.covariance.set(covariance);
  }

  /** Begins a state from the measurement at `from` of [n, 4] x, y, a, h: at rest, and unsure. */
  initiate(slot: number, measurements: Float64Array, from: number): void {
    const { mean, covariance } = this;
    const h = measurements[from + height]!;
    for (let i = 0; i < 4; i++) {
      mean[8 * slot + i] = measurements[from + i]!;
      mean[8 * slot + 4 + i] = 0;
      const at = 12 * slot + 3 * i;
      covariance[at] = square(i === aspect ? 1e-2 : 2 * this.#position * h);
      covariance[at + 1] = 0;
      covariance[at + 2] = square(i === aspect ? 1e-5 : 10 * this.#velocity * h);
    }
  }

  /** Moves a state one frame on: P = F P F' + Q. */
  predict(slot: number, freezeHeight: boolean): void {
    const { mean, covariance } = this;
    const m = 8 * slot;
    if (freezeHeight) mean[m + 4 + height] = 0;
    const h = mean[m + height]!;
    const positionNoise = square(this.#position * h);
    const velocityNoise = square(this.#velocity * h);
    for (let i = 0; i < 4; i++) {
      mean[m + i] = mean[m + i]! + mean[m + 4 + i]!;
      const at = 12 * slot + 3 * i;
      const variance = covariance[at]!;
      const cross = covariance[at + 1]!;
      const ofVelocity = covariance[at + 2]!;
      covariance[at] = variance + cross + (cross + ofVelocity) + (i === aspect ? 1e-4 : positionNoise);
      covariance[at + 1] = cross + ofVelocity;
      covariance[at + 2] = ofVelocity + (i === aspect ? 1e-10 : velocityNoise);
    }
  }

  /** Takes in the measurement at `from` of [n, 4] x, y, a, h. */
  update(slot: number, measurements: Float64Array, from: number): void {
    const { mean, covariance } = this;
    const m = 8 * slot;
    const noise = square(this.#position * mean[m + height]!);
    for (let i = 0; i < 4; i++) {
      const at = 12 * slot + 3 * i;
      const variance = covariance[at]!;
      const cross = covariance[at + 1]!;
      const expected = variance + (i === aspect ? 1e-2 : noise); // innovation variance S
      const gain = variance / expected;
      const velocityGain = cross / expected;
      const innovation = measurements[from + i]! - mean[m + i]!;
      mean[m + i] = mean[m + i]! + innovation * gain;
      mean[m + 4 + i] = mean[m + 4 + i]! + innovation * velocityGain;
      covariance[at] = variance - gain * expected * gain;
      covariance[at + 1] = cross - gain * expected * velocityGain;
      covariance[at + 2] = covariance[at + 2]! - velocityGain * expected * velocityGain;
    }
  }

  /** Writes the variances of a measurement to come (the diagonal of S) to [4]. */
  innovationVariances(slot: number, out: Float64Array): void {
    const noise = square(this.#position * this.mean[8 * slot + height]!);
    for (let i = 0; i < 4; i++) out[i] = this.covariance[12 * slot + 3 * i]! + (i === aspect ? 1e-2 : noise);
  }

  /** Writes the state's box to [4] at `to`: x1, y1, x2, y2. */
  writeBox(slot: number, out: Float64Array, to: number): void {
    const m = 8 * slot;
    const h = this.mean[m + height]!;
    const w = this.mean[m + aspect]! * h;
    const left = this.mean[m]! - w / 2;
    const top = this.mean[m + 1]! - h / 2;
    out[to] = left;
    out[to + 1] = top;
    out[to + 2] = left + w;
    out[to + 3] = top + h;
  }
}

function square(value: number): number {
  return value * value;
}
