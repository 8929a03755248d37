// Between which values each threshold is searched.
import { type TrackerKind, trackerKinds } from '@trt-fairmot/tracker';
import { type TrackerFlag, thresholdShape } from '../tracker-flags.js';

/** One threshold's range. */
export interface Dimension {
  readonly flag: TrackerFlag;
  readonly from: number;
  readonly to: number;
  /** Whether steps are ratios: for what may be ten times larger. */
  readonly log?: boolean;
  readonly whole?: boolean;
}

type Range = Omit<Dimension, 'flag'>;

/** Wide enough for what works on some film, narrow enough to leave out what works on none. */
const ranges: Record<TrackerFlag, Range> = {
  conf: { from: 0, to: 0.8 },
  newTrackConf: { from: 0, to: 0.95 },
  lowConf: { from: 0, to: 0.5 },
  trackBuffer: { from: 5, to: 150, log: true, whole: true },
  appearanceThreshold: { from: 0.05, to: 1.2 },
  appearanceWeight: { from: 0.8, to: 1 },
  gate: { from: 4, to: 60, log: true },
  embeddingMomentum: { from: 0.5, to: 0.99 },
  overlapThreshold: { from: 0.2, to: 0.95 },
  lowOverlapThreshold: { from: 0.2, to: 0.9 },
  unconfirmedThreshold: { from: 0.3, to: 0.95 },
  duplicateThreshold: { from: 0, to: 0.4 },
  positionNoise: { from: 1 / 100, to: 1 / 4, log: true },
  velocityNoise: { from: 1 / 1000, to: 1 / 30, log: true },
};

export const tunableFlags = Object.keys(ranges) as TrackerFlag[];

/**
 * The thresholds to search for a tracker.
 *
 * @param floor lowest score among the stored detections: below it confidences change nothing
 * @param only default: all that the tracker has
 */
export function dimensionsOf(
  kind: TrackerKind,
  floor: number,
  only: readonly TrackerFlag[] = tunableFlags,
): Dimension[] {
  return only
    .filter((flag) => trackersOf(flag).includes(kind))
    .map((flag) => {
      const range = ranges[flag];
      const scores = flag === 'conf' || flag === 'newTrackConf' || flag === 'lowConf';
      return { flag, ...range, from: scores ? Math.min(Math.max(range.from, floor), range.to) : range.from };
    });
}

function trackersOf(flag: TrackerFlag): readonly TrackerKind[] {
  return (thresholdShape[flag].meta()?.trackers as TrackerKind[] | undefined) ?? trackerKinds;
}

/** A value at a place from 0 to 1 of its range, with three digits that count. */
export function valueAt({ from, to, log, whole }: Dimension, place: number): number {
  const value = log ? from * (to / from) ** place : from + (to - from) * place;
  return whole ? Math.round(value) : Number(value.toPrecision(3));
}

/** The place of a value in its range; values outside are at its ends. */
export function placeOf({ from, to, log }: Dimension, value: number): number {
  if (to <= from) return 0;
  const place = log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  return Math.min(1, Math.max(0, place));
}
