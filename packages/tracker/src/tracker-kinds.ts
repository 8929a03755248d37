// The trackers by name.
import { ByteTracker } from './byte-tracker.js';
import { JdeTracker } from './jde-tracker.js';
import {
  type ByteTrackerOptions,
  byteOptionsFrom,
  jdeOptionsFrom,
  type TrackerOptions,
  trackerOptionsFrom,
} from './options.js';
import type { Track } from './track.js';
import { FairmotTracker } from './tracker.js';
import type { TrackerInput } from './tracker-input.js';

/** Names of the trackers. */
export const trackerKinds = ['fairmot', 'jde', 'byte'] as const;
export type TrackerKind = (typeof trackerKinds)[number];

/** What all trackers are to a pipeline. */
export interface Tracker {
  readonly frame: number;
  readonly size: number;
  update(input: TrackerInput): Track[];
  reset(): void;
}

/** Options of any tracker; each knows those of its own kind only. */
export type AnyTrackerOptions = Partial<TrackerOptions & ByteTrackerOptions>;

/**
 * A tracker by its name.
 *
 * @throws RangeError if an option is out of its range or none of this tracker's
 * @example
 * const tracker = createTracker('byte', { confidence: 0.5, frameRate: 25 });
 */
export function createTracker(kind: TrackerKind, options: AnyTrackerOptions = {}): Tracker {
  if (kind === 'byte') return new ByteTracker(options);
  return kind === 'jde' ? new JdeTracker(options) : new FairmotTracker(options);
}

/** All options of a tracker, those not given as its defaults; throws as `createTracker`. */
export function optionsOfTracker(kind: TrackerKind, options: AnyTrackerOptions = {}): AnyTrackerOptions {
  if (kind === 'byte') return byteOptionsFrom(options);
  return kind === 'jde' ? jdeOptionsFrom(options) : trackerOptionsFrom(options);
}

/**
 * The score above which a tracker wants to see detections: its confidence, or with BYTE the lower of its two. A detector that leaves
 * out more than this takes BYTE's weak detections from it.
 */
export function detectionConfidence(kind: TrackerKind, options: AnyTrackerOptions = {}): number {
  const { confidence = 0, lowConfidence = 1 } = optionsOfTracker(kind, options);
  return Math.min(confidence, lowConfidence);
}
