// FairMOT's association (src/lib/tracker/multitracker.py, JDETracker.update): detections in, tracks with stable ids out.
import { Association } from './association.js';
import { appearanceCosts } from './matching-costs.js';
import { type TrackerOptions, trackerOptionsFrom } from './options.js';
import type { Track, TrackRecord } from './track.js';
import { requireTrackerInput, type TrackerInput } from './tracker-input.js';

/** Matches all tracks by appearance and motion, then what is in view by overlap. */
export abstract class AppearanceTracker extends Association<TrackerOptions> {
  protected constructor(options: TrackerOptions) {
    super(options, options.embeddingMomentum);
  }

  /**
   * Takes the detections of the next frame. Call it for every frame, also for those without detections, since time passes by calls.
   * Detections without width or height are passed over.
   *
   * @returns the confirmed tracks that have a detection in this frame, in FairMOT's order
   * @throws RangeError if lengths do not fit, a number is NaN or infinite, or the embedding size changes; the tracker is then as before
   */
  update(input: TrackerInput): Track[] {
    requireTrackerInput(input, this.store.embeddingSize);
    return this.advance(input, this.options.confidence);
  }

  protected override match(pool: readonly TrackRecord[]): void {
    for (let j = 0; j < this.detections.count; j++) this.open.add(j);
    appearanceCosts(this.costs, this.store, pool, this.detections, this.options);
    this.assign(pool, this.open, this.options.appearanceThreshold);
    this.matchByOverlap(this.unseen(pool), this.open, this.options.overlapThreshold);
  }
}

/**
 * Tracks objects of one class through the frames of one camera. Deterministic; instances know nothing of each other; memory follows
 * the number of tracks alive, not the number of frames.
 * Source: Zhang et al., "FairMOT: On the Fairness of Detection and Re-Identification in Multiple Object Tracking", IJCV 2021.
 *
 * @example
 * const tracker = new FairmotTracker({ frameRate: 25 });
 * for (const detections of frames) {
 *   for (const { id, box } of tracker.update(detections)) console.log(id, box);
 * }
 */
export class FairmotTracker extends AppearanceTracker {
  /** @throws RangeError if an option is unknown or out of its range */
  constructor(options: Partial<TrackerOptions> = {}) {
    super(trackerOptionsFrom(options));
  }
}
