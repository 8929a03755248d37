export { ByteTracker, type ByteTrackerInput } from './byte-tracker.js';
export { JdeTracker } from './jde-tracker.js';
export { type MotLineOptions, motLine } from './mot-line.js';
export type { ByteTrackerOptions, LifecycleOptions, TrackerOptions } from './options.js';
export { partialAssignment } from './partial-assignment.js';
export type { Track } from './track.js';
export { FairmotTracker } from './tracker.js';
export type { TrackerInput } from './tracker-input.js';
export {
  type AnyTrackerOptions,
  createTracker,
  detectionConfidence,
  optionsOfTracker,
  type Tracker,
  type TrackerKind,
  trackerKinds,
} from './tracker-kinds.js';
export { type OutputFilter, tracksForOutput } from './tracks-for-output.js';
