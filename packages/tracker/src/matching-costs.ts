// What it costs to take a detection for a track, in each of the matches of FairMOT (src/lib/tracker/matching.py), JDE and BYTE.
import { overlapDistance } from './box-overlap.js';
import { dot } from './embedding.js';
import type { FrameDetections } from './frame-detections.js';
import type { TrackerOptions } from './options.js';
import type { SparseCosts } from './sparse-costs.js';
import type { TrackRecord } from './track.js';
import type { TrackStore } from './track-store.js';

const variances = new Float64Array(4);

/**
 * First match: appearanceWeight * distance of looks + the rest * squared Mahalanobis distance, impossible beyond the gate. The
 * gate comes first, quantity by quantity, so that few pairs get as far as their embeddings. Only costs below the threshold are kept.
 */
export function appearanceCosts(
  costs: SparseCosts,
  store: TrackStore,
  tracks: readonly TrackRecord[],
  detections: FrameDetections,
  options: TrackerOptions,
): void {
  const { appearanceWeight, appearanceThreshold, gate } = options;
  const { mean } = store.kalman;
  const { measurements, count } = detections;
  const quantities = options.gateOnPosition ? 2 : 4;
  const lookDistance = options.appearanceDistance === 'cosine' ? cosineDistance : euclideanDistance;
  costs.begin(count);
  for (const { slot } of tracks) {
    store.kalman.innovationVariances(slot, variances);
    const x = mean[8 * slot]!;
    const reach = Math.sqrt(gate * variances[0]!) * (1 + 1e-9);
    for (let j = 0; j < count; j++) {
      const across = measurements[4 * j]! - x;
      if (across > reach || across < -reach) continue;
      const motion = mahalanobis(mean, 8 * slot, measurements, 4 * j, quantities);
      if (motion > gate) continue;
      const cost = appearanceWeight * lookDistance(store, slot, detections, j) + (1 - appearanceWeight) * motion;
      if (cost < appearanceThreshold) costs.add(j, cost);
    }
    costs.endRow();
  }
}

function mahalanobis(
  mean: Float64Array,
  m: number,
  measurements: Float64Array,
  at: number,
  quantities: number,
): number {
  let sum = 0;
  for (let i = 0; i < quantities; i++) {
    const difference = measurements[at + i]! - mean[m + i]!;
    sum += (difference * difference) / variances[i]!;
  }
  return sum;
}

/** max(0, 1 - cosine); rows of zeros are as far from everything as unrelated looks: 1. */
function cosineDistance(store: TrackStore, slot: number, detections: FrameDetections, j: number): number {
  const size = store.embeddingSize;
  const lengths = store.lengths[slot]! * detections.lengths[j]!;
  if (lengths === 0) return 1;
  return Math.max(0, 1 - dot(store.embeddings, slot * size, detections.embeddings, j * size, size) / lengths);
}

/** Euclidean distance, of looks of length 1 from 0 to 2; rows of zeros are 1 away from those. */
function euclideanDistance(store: TrackStore, slot: number, detections: FrameDetections, j: number): number {
  const size = store.embeddingSize;
  const product = dot(store.embeddings, slot * size, detections.embeddings, j * size, size);
  return Math.sqrt(Math.max(0, store.lengths[slot]! ** 2 + detections.lengths[j]! ** 2 - 2 * product));
}

/** Matches by overlap: IoU distance to the `columns` first of the picked detections. Only costs below the limit are kept. */
export function overlapCosts(
  costs: SparseCosts,
  store: TrackStore,
  tracks: readonly TrackRecord[],
  detections: FrameDetections,
  picked: ArrayLike<number>,
  columns: number,
  rule: { limit: number; pixel: number },
): void {
  costs.begin(columns);
  for (const { slot } of tracks) {
    for (let column = 0; column < columns; column++) {
      const cost = overlapDistance(store.boxes, 4 * slot, detections.boxes, 4 * picked[column]!, rule.pixel);
      if (cost < rule.limit) costs.add(column, cost);
    }
    costs.endRow();
  }
}
