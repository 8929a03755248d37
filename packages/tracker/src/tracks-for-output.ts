import type { Track } from './track.js';

/** What `tracksForOutput` keeps. */
export interface OutputFilter {
  /** Smallest width x height, exclusive, in square pixels. Raising it drops small boxes. Default 100 (`min_box_area`). */
  readonly minBoxArea?: number;
  /** Largest width / height, inclusive. Lowering it drops wide boxes, which are rarely people standing. Default 1.6. */
  readonly maxAspectRatio?: number;
}

/**
 * The tracks that FairMOT would write to its result file (src/track.py). The tracker itself knows nothing of this filter.
 *
 * @example
 * const shown = tracksForOutput(tracker.update(detections), { minBoxArea: 100 });
 */
export function tracksForOutput<T extends Pick<Track, 'box'>>(tracks: readonly T[], filter: OutputFilter = {}): T[] {
  const { minBoxArea = 100, maxAspectRatio = 1.6 } = filter;
  return tracks.filter(
    ({ box: [, , width, height] }) => width * height > minBoxArea && !(width / height > maxAspectRatio),
  );
}
