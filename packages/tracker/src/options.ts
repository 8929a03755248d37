// Every constant and every habit of FairMOT's tracker, by name. Defaults reproduce FairMOT at commit 4aa6297.

/** How `FairmotTracker` associates. All have defaults; the defaults are FairMOT's. */
export interface TrackerOptions {
  /** Detections must score strictly above this. Raising it trades missed objects for fewer false ones. Default 0.4 (`conf_thres`). */
  confidence: number;
  /**
   * A detection must score at least this to begin a track. Raising it above `confidence` lets weak detections continue tracks
   * without beginning any. Default: the same as `confidence` (`det_thresh`).
   */
  newTrackConfidence: number;
  /** Frames a second of the film; scales `trackBuffer`. Default 30. */
  frameRate: number;
  /**
   * How long a lost track may be found again, in frames at 30 frames a second: it is kept for floor(frameRate / 30 * trackBuffer)
   * frames. Raising it bridges longer gaps and risks wrong reunions. Default 30 (`track_buffer`).
   */
  trackBuffer: number;
  /** First match: highest cost (appearance and motion) of a pair. Raising it accepts less similar looks. Default 0.4. */
  appearanceThreshold: number;
  /** Second match: highest IoU distance (1 - IoU) of a pair. Raising it accepts less overlap. Default 0.5. */
  overlapThreshold: number;
  /** Match of tracks seen only once: highest IoU distance of a pair. Raising it confirms more tracks. Default 0.7. */
  unconfirmedOverlapThreshold: number;
  /**
   * Weight of the cosine distance in the first match; the rest goes to the squared Mahalanobis distance. Raising it trusts looks
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
  /** A tracked and a lost track closer than this IoU distance are one; the younger goes. Raising it merges more. Default 0.15. */
  duplicateThreshold: number;
  /** Standard deviation of position, as a share of the box height. Raising it trusts detections over motion. Default 1/20. */
  positionNoise: number;
  /** Standard deviation of velocity a frame, as a share of the box height. Raising it lets tracks turn faster. Default 1/160. */
  velocityNoise: number;
  /**
   * Whether boxes count their last pixel in IoU: width x2 - x1 + 1, as cython_bbox has it. With false, IoU is continuous, which
   * is lower for small boxes. Default true.
   */
  inclusivePixels: boolean;
  /** Whether tracks of the first frame are confirmed at once; later ones at their second detection. Default true. */
  confirmFirstFrame: boolean;
  /** Whether tracks seen only once move by their (zero) velocity and become less certain before they are matched. Default false. */
  predictUnconfirmed: boolean;
  /** Whether a track takes its id when it begins, so that false starts leave gaps, or (false) when it is confirmed. Default true. */
  idsAtBirth: boolean;
  /** Whether tracks that are not currently seen stop changing their height before prediction. Default true (multi_predict). */
  freezeHeightOfLost: boolean;
  /** Whether a lost track that is found again takes the score of its detection, or (false) keeps its last one. Default false. */
  updateScoreWhenFound: boolean;
  /**
   * Whether a track that was lost for too long may still be found in the one frame after; having been found so, it is forgotten at once
   * when lost again. With false it ends exactly in time. Default true (the order of FairMOT's lists).
   */
  reviveRemoved: boolean;
  /** Which of two duplicates of the same age goes: the one being tracked, or the lost one. Default 'tracked'. */
  duplicateTie: 'tracked' | 'lost';
}

const defaults: Omit<TrackerOptions, 'newTrackConfidence' | 'gate'> = {
  confidence: 0.4,
  frameRate: 30,
  trackBuffer: 30,
  appearanceThreshold: 0.4,
  overlapThreshold: 0.5,
  unconfirmedOverlapThreshold: 0.7,
  appearanceWeight: 0.98,
  gateOnPosition: false,
  embeddingMomentum: 0.9,
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

type Range = { readonly from: number; readonly to: number; readonly open?: boolean };
const unit: Range = { from: 0, to: 1 };
const positive: Range = { from: 0, to: Number.MAX_VALUE, open: true };

const ranges: { readonly [Name in keyof TrackerOptions]?: Range } = {
  confidence: unit,
  newTrackConfidence: unit,
  frameRate: positive,
  trackBuffer: { from: 0, to: Number.MAX_VALUE },
  appearanceThreshold: positive,
  overlapThreshold: positive,
  unconfirmedOverlapThreshold: positive,
  appearanceWeight: unit,
  gate: positive,
  embeddingMomentum: unit,
  duplicateThreshold: unit,
  positionNoise: positive,
  velocityNoise: positive,
};

/**
 * All options from some.
 *
 * @throws RangeError if one is unknown or out of its range
 */
export function trackerOptionsFrom(given: Partial<TrackerOptions>): TrackerOptions {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const [name, value] of Object.entries(set)) requireValid(name as keyof TrackerOptions, value);
  const partial = { ...defaults, ...set };
  return { newTrackConfidence: partial.confidence, gate: partial.gateOnPosition ? 5.9915 : 9.4877, ...partial };
}

function requireValid(name: keyof TrackerOptions, value: unknown): void {
  const range = ranges[name];
  if (range) {
    const { from, to, open } = range;
    if (typeof value === 'number' && value >= from && value <= to && !(open && value === from)) return;
    const bounds = open ? `above ${from}` : to === Number.MAX_VALUE ? `of at least ${from}` : `from ${from} to ${to}`;
    throw new RangeError(`Expected ${name} to be a number ${bounds} but received ${String(value)}`);
  }
  if (name === 'duplicateTie') {
    if (value === 'tracked' || value === 'lost') return;
    throw new RangeError(`Expected duplicateTie to be 'tracked' or 'lost' but received ${String(value)}`);
  }
  if (!(name in defaults)) throw new RangeError(`Expected the name of a tracker option but received ${String(name)}`);
  if (typeof value !== 'boolean')
    throw new RangeError(`Expected ${name} to be true or false but received ${String(value)}`);
}
