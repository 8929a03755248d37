import { jdeOptionsFrom, type TrackerOptions } from './options.js';
import { AppearanceTracker } from './tracker.js';

/**
 * JDE's association: FairMOT's, but looks are compared by their Euclidean distance with a wider threshold, and no track is confirmed in its
 * first frame. The detector's own thresholds of JDE (confidence 0.5, boxes above 200 square pixels) are not part of it.
 * Source: Wang et al., "Towards Real-Time Multi-Object Tracking", ECCV 2020; tracker/multitracker.py of Towards-Realtime-MOT.
 *
 * @example
 * const tracker = new JdeTracker({ frameRate: 25, appearanceThreshold: 0.6 });
 * for (const { id, box } of tracker.update(detections)) console.log(id, box);
 */
export class JdeTracker extends AppearanceTracker {
  /** @throws RangeError if an option is unknown or out of its range */
  constructor(options: Partial<TrackerOptions> = {}) {
    super(jdeOptionsFrom(options));
  }
}
