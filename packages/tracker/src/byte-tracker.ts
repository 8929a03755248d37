// BYTE on FairMOT's detections (ByteTrack, tutorials/fairmot/byte_tracker.py): overlap only, and weak detections continue tracks.
import { Association } from './association.js';
import { OpenDetections } from './open-detections.js';
import { type ByteTrackerOptions, byteOptionsFrom } from './options.js';
import type { Track, TrackRecord } from './track.js';
import { requireBoxes, type TrackerInput } from './tracker-input.js';

/** Detections of one frame: embeddings are not looked at. */
export type ByteTrackerInput = Pick<TrackerInput, 'count' | 'boxes' | 'scores'>;

/**
 * BYTE: strong detections are matched with all tracks by overlap, then weak ones with the tracks in view that found none. The detector
 * must give the weak ones too: everything above `lowConfidence`.
 * Source: Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box", ECCV 2022.
 *
 * @example
 * const tracker = new ByteTracker({ confidence: 0.4, lowConfidence: 0.2 });
 * for (const { id, box } of tracker.update({ count, boxes, scores })) console.log(id, box);
 */
export class ByteTracker extends Association<ByteTrackerOptions> {
  readonly #weak = new OpenDetections();

  /** @throws RangeError if an option is unknown or out of its range */
  constructor(options: Partial<ByteTrackerOptions> = {}) {
    super(byteOptionsFrom(options), 0);
  }

  /**
   * Takes the detections of the next frame. Call it for every frame, also for those without detections, since time passes by calls.
   * Detections without width or height are passed over.
   *
   * @returns the confirmed tracks that have a detection in this frame
   * @throws RangeError if lengths do not fit or a number is NaN or infinite; the tracker is then as before
   */
  update(input: ByteTrackerInput): Track[] {
    const { count, boxes, scores } = input;
    requireBoxes(input);
    const { confidence, lowConfidence } = this.options;
    const withoutLooks = { count, boxes, scores, embeddings: [], embeddingSize: 0 };
    return this.advance(withoutLooks, Math.min(lowConfidence, confidence));
  }

  protected override match(pool: readonly TrackRecord[]): void {
    const { confidence, overlapThreshold, lowOverlapThreshold } = this.options;
    this.#weak.begin(this.detections.count);
    for (let j = 0; j < this.detections.count; j++) {
      if (this.detections.exceeds(j, confidence)) this.open.add(j);
      else if (!this.detections.reaches(j, confidence)) this.#weak.add(j);
    }
    this.matchByOverlap(pool, this.open, overlapThreshold);
    this.matchByOverlap(this.unseen(pool), this.#weak, lowOverlapThreshold);
  }
}
