// Every constant and every habit of the trackers, by name. Defaults reproduce FairMOT at commit 4aa6297, JDE (Towards-Realtime-MOT) at
// e9fa1e8, and BYTE on FairMOT's detections as in ByteTrack's tutorials/fairmot at d1bf019.
import { checkedOptions } from './option-ranges.js';

/** How tracks begin, move and end: what all trackers share. */
export interface LifecycleOptions {
  /** Detections must score strictly above this. Raising it trades missed objects for fewer false ones. Default 0.4 (`conf_thres`). */
  confidence: number;
  /**
   * A detection must score at least this to begin a track. Raising it above `confidence` lets weak detections continue tracks
   * without beginning any. Default: the same as `confidence` (`det_thresh`), with BYTE 0.1 more.
   */
  newTrackConfidence: number;
  /** Frames a second of the film; scales `trackBuffer`. Default 30. */
  frameRate: number;
  /**
   * How long a lost track may be found again, in frames at 30 frames a second: it is kept for floor(frameRate / 30 * trackBuffer)
   * frames. Raising it bridges longer gaps and risks wrong reunions. Default 30 (`track_buffer`).
   */
  trackBuffer: number;
  /**
   * Highest IoU distance (1 - IoU) of a pair that is matched by overlap: what appearance left over, or with BYTE all tracks. Raising it
   * accepts less overlap. Default 0.5, with BYTE 0.8 (`match_thres`).
   */
  overlapThreshold: number;
  /** Match of tracks seen only once: highest IoU distance of a pair. Raising it confirms more tracks. Default 0.7. */
  unconfirmedOverlapThreshold: number;
  /** A tracked and a lost track closer than this IoU distance are one; the younger goes. Raising it merges more. Default 0.15. */
  duplicateThreshold: number;
  /** Standard deviation of position, as a share of the box height. Raising it trusts detections less and motion more. Default 1/20. */
  positionNoise: number;
  /** Standard deviation of velocity a frame, as a share of the box height. Raising it lets tracks turn faster. Default 1/160. */
  velocityNoise: number;
  /**
   * Whether boxes count their last pixel in IoU: width x2 - x1 + 1, as cython_bbox has it. With false, IoU is continuous, which
   * is lower for small boxes. Default true.
   */
  inclusivePixels: boolean;
  /** Whether tracks of the first frame are confirmed at once; later ones at their second detection. Default true, with JDE false. */
  confirmFirstFrame: boolean;
  /** Whether tracks seen only once move by their (zero) velocity and become less certain before they are matched. Default false. */
  predictUnconfirmed: boolean;
  /** Whether a track takes its id when it begins, so that false starts leave gaps, or (false) when it is confirmed. Default true. */
  idsAtBirth: boolean;
  /** Whether tracks that are not currently seen stop changing their height before prediction. Default true (multi_predict). */
  freezeHeightOfLost: boolean;
  /**
   * Whether a lost track that is found again takes the score of its detection, or (false) keeps its last one. Default false, with BYTE
   * true.
   */
  updateScoreWhenFound: boolean;
  /**
   * Whether a track that was lost for too long may still be found in the one frame after; having been found so, it is forgotten at once
   * when lost again. With false it ends exactly in time. Default true (the order of FairMOT's lists).
   */
  reviveRemoved: boolean;
  /** Which of two duplicates of the same age goes: the one being tracked, or the lost one. Default 'tracked'. */
  duplicateTie: 'tracked' | 'lost';
}

/** How `FairmotTracker` and `JdeTracker` associate. All have defaults; the defaults are FairMOT's, or JDE's. */
export interface TrackerOptions extends LifecycleOptions {
  /** First match: highest cost (appearance and motion) of a pair. Raising it accepts less similar looks. Default 0.4, with JDE 0.7. */
  appearanceThreshold: number;
  /**
   * How far apart two looks of length 1 are: 1 - cosine, or their Euclidean distance, the square root of twice that. Default 'cosine', with
   * JDE 'euclidean'.
   */
  appearanceDistance: 'cosine' | 'euclidean';
  /**
   * Weight of the distance of looks in the first match; the rest goes to the squared Mahalanobis distance. Raising it trusts looks
   * more and motion less. Default 0.98 (`lambda_` in fuse_motion).
   */
  appearanceWeight: number;
  /**
   * First match: pairs whose squared Mahalanobis distance is above this are out. Raising it allows more sudden motion. Default
   * 9.4877, the 95% quantile of chi-square with 4 degrees of freedom, or 5.9915, with 2, where `gateOnPosition` is set.
   */
  gate: number;
  /** Whether the Mahalanobis distance looks at the centre only, not at aspect ratio and height. Default false (`only_position`). */
  gateOnPosition: boolean;
  /** Share of a track's old embedding when a new one comes in. Raising it makes looks change more slowly. Default 0.9 (`alpha`). */
  embeddingMomentum: number;
}

/** How `ByteTracker` associates. All have defaults; the defaults are those of BYTE on FairMOT's detections. */
export interface ByteTrackerOptions extends LifecycleOptions {
  /**
   * Detections that score above this, but below `confidence`, continue tracks that found nothing better and begin none. Raising it
   * trusts fewer weak detections. Default 0.2.
   */
  lowConfidence: number;
  /** Match with weak detections: highest IoU distance of a pair. Raising it accepts less overlap. Default 0.4. */
  lowOverlapThreshold: number;
}

const lifecycle: Omit<LifecycleOptions, 'newTrackConfidence'> = {
  confidence: 0.4,
  frameRate: 30,
  trackBuffer: 30,
  overlapThreshold: 0.5,
  unconfirmedOverlapThreshold: 0.7,
  duplicateThreshold: 0.15,
  positionNoise: 1 / 20,
  velocityNoise: 1 / 160,
  inclusivePixels: true,
  confirmFirstFrame: true,
  predictUnconfirmed: false,
  idsAtBirth: true,
  freezeHeightOfLost: true,
  updateScoreWhenFound: false,
  reviveRemoved: true,
  duplicateTie: 'tracked',
};

const fairmot: Omit<TrackerOptions, 'newTrackConfidence' | 'gate'> = {
  ...lifecycle,
  appearanceThreshold: 0.4,
  appearanceDistance: 'cosine',
  appearanceWeight: 0.98,
  gateOnPosition: false,
  embeddingMomentum: 0.9,
};

const jde: typeof fairmot = {
  ...fairmot,
  appearanceThreshold: 0.7,
  appearanceDistance: 'euclidean',
  confirmFirstFrame: false,
};

const byte: Omit<ByteTrackerOptions, 'newTrackConfidence'> = {
  ...lifecycle,
  overlapThreshold: 0.8,
  lowConfidence: 0.2,
  lowOverlapThreshold: 0.4,
  updateScoreWhenFound: true,
};

/**
 * All options of FairMOT's tracker from some.
 *
 * @throws RangeError if one is unknown or out of its range
 */
export function trackerOptionsFrom(given: Partial<TrackerOptions>): TrackerOptions {
  return withAppearance(fairmot, given);
}

/** All options of JDE's tracker from some; throws as `trackerOptionsFrom`. */
export function jdeOptionsFrom(given: Partial<TrackerOptions>): TrackerOptions {
  return withAppearance(jde, given);
}

function withAppearance(defaults: typeof fairmot, given: Partial<TrackerOptions>): TrackerOptions {
  const set = checkedOptions(given, { ...defaults, newTrackConfidence: 0, gate: 0 });
  const partial = { ...defaults, ...set };
  return { newTrackConfidence: partial.confidence, gate: partial.gateOnPosition ? 5.9915 : 9.4877, ...partial };
}

/** All options of BYTE from some; throws as `trackerOptionsFrom`. */
export function byteOptionsFrom(given: Partial<ByteTrackerOptions>): ByteTrackerOptions {
  const partial = { ...byte, ...checkedOptions(given, { ...byte, newTrackConfidence: 0 }) };
  return { newTrackConfidence: Math.min(1, partial.confidence + 0.1), ...partial };
}
