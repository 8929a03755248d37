export { type MotLineOptions, motLine } from './mot-line.js';
export type { TrackerOptions } from './options.js';
export { partialAssignment } from './partial-assignment.js';
export type { Track } from './track.js';
export { FairmotTracker } from './tracker.js';
export type { TrackerInput } from './tracker-input.js';
export { type OutputFilter, tracksForOutput } from './tracks-for-output.js';
