export type { Check } from './doctor/check.js';
export { runChecks } from './doctor/checks.js';
export {
  type AssociateOptions,
  associateOptionsSchema,
  configSchema,
  type ExportFlags,
  exportFlagsSchema,
  type TrackOptions,
  trackOptionsSchema,
} from './options.js';
export type { FrameInfo, FrameResult, Output, TextResult } from './output/output.js';
export { openDetectionsOutput, openMotOutput, openNdjsonOutput } from './output/text-outputs.js';
export { drawnZones, openVideoOutput, type VideoOutputOptions } from './output/video-output.js';
export { type ChosenModel, chosenModel, type ModelRequest } from './pipeline/chosen-model.js';
export { type DetectorRequest, type OpenDetector, openDetector } from './pipeline/open-detector.js';
export { type Detector, type TrackFramesOptions, type TrackingSummary, trackFrames } from './pipeline/track-frames.js';
export { countLines, openCounter, readZonesFile } from './pipeline/zones-file.js';
export {
  type DetectionsFile,
  detectionsFileSchema,
  type FrameTracks,
  frameTracksSchema,
  type ZonesFile,
  zonesFileSchema,
} from './schemas.js';
export {
  effectiveTrackerFlags,
  type TrackerFlags,
  trackerFromFlags,
  trackerOptionsFromFlags,
  trackerShape,
} from './tracker-flags.js';
export { version } from './version.js';
