// The settings of the trackers: one schema for flags, config file and help. Defaults stand in the tracker package.
import {
  type AnyTrackerOptions,
  createTracker,
  optionsOfTracker,
  type Tracker,
  type TrackerKind,
  trackerKinds,
} from '@trt-fairmot/tracker';
import { z } from 'zod';

const unit = z.number().min(0).max(1);
const positive = z.number().positive();

/** The tracker's option behind each flag. */
const optionOfFlag = {
  conf: 'confidence',
  newTrackConf: 'newTrackConfidence',
  lowConf: 'lowConfidence',
  trackBuffer: 'trackBuffer',
  appearanceThreshold: 'appearanceThreshold',
  appearanceWeight: 'appearanceWeight',
  gate: 'gate',
  embeddingMomentum: 'embeddingMomentum',
  overlapThreshold: 'overlapThreshold',
  lowOverlapThreshold: 'lowOverlapThreshold',
  unconfirmedThreshold: 'unconfirmedOverlapThreshold',
  duplicateThreshold: 'duplicateThreshold',
  positionNoise: 'positionNoise',
  velocityNoise: 'velocityNoise',
} as const satisfies Record<string, keyof AnyTrackerOptions>;

/** Names of the thresholds. */
export type TrackerFlag = keyof typeof optionOfFlag;

/** The trackers that have the option. */
const trackersWith = (flag: TrackerFlag) => trackerKinds.filter((kind) => optionOfFlag[flag] in optionsOfTracker(kind));

/** `default 0.4, jde 0.7`, and which trackers have it. */
function defaultText(flag: TrackerFlag): string {
  const having = trackersWith(flag);
  const value = (kind: TrackerKind) => optionsOfTracker(kind)[optionOfFlag[flag]];
  const [first = 'fairmot', ...others] = having;
  const different = others.filter((kind) => value(kind) !== value(first)).map((kind) => `, ${kind} ${value(kind)}`);
  const only = having.length === trackerKinds.length ? '' : `; ${having.join(' and ')} only`;
  return `default ${value(first)}${different.join('')}${only}`;
}

function threshold<T extends z.ZodType>(
  flag: TrackerFlag,
  schema: T,
  help: string,
  metavar: string,
  fallback?: string,
) {
  const described = `${help} (${fallback ?? defaultText(flag)})`;
  return schema
    .optional()
    .describe(described)
    .meta({ metavar, trackers: trackersWith(flag) });
}

/** The trackers' thresholds; where one is left out it is the chosen tracker's default. */
export const thresholdShape = {
  conf: unit
    .default(0.4)
    .describe('keep detections that score above this; raising it drops uncertain people')
    .meta({ metavar: 'P' }),
  newTrackConf: threshold(
    'newTrackConf',
    unit,
    'score at which a detection begins a track; raising it means fewer false tracks and later beginnings',
    'P',
    'default --conf, byte 0.1 more',
  ),
  lowConf: threshold(
    'lowConf',
    unit,
    'continue tracks with detections above this; raising it trusts fewer weak detections',
    'P',
  ),
  trackBuffer: z
    .number()
    .int()
    .min(1)
    .default(30)
    .describe('frames (at 30 fps) for which a lost track can come back; raising it bridges longer gaps')
    .meta({ metavar: 'N' }),
  appearanceThreshold: threshold(
    'appearanceThreshold',
    positive,
    'largest cost of a match by looks and motion; raising it accepts people who look less alike',
    'X',
  ),
  appearanceWeight: threshold(
    'appearanceWeight',
    unit,
    'share of looks in that cost, the rest is motion; raising it trusts looks more',
    'X',
  ),
  gate: threshold(
    'gate',
    positive,
    'largest squared Mahalanobis distance of a match by looks; raising it allows more sudden motion',
    'X',
  ),
  embeddingMomentum: threshold(
    'embeddingMomentum',
    unit,
    "share of a track's earlier looks that stays in a frame; raising it makes looks change more slowly",
    'X',
  ),
  overlapThreshold: threshold(
    'overlapThreshold',
    positive,
    'largest distance (1 - IoU) of a match by overlap; raising it accepts less overlap',
    'X',
  ),
  lowOverlapThreshold: threshold(
    'lowOverlapThreshold',
    positive,
    'the same for weak detections; raising it accepts less overlap',
    'X',
  ),
  unconfirmedThreshold: threshold(
    'unconfirmedThreshold',
    positive,
    'the same for tracks seen once; raising it confirms more of them',
    'X',
  ),
  duplicateThreshold: threshold(
    'duplicateThreshold',
    unit,
    'distance (1 - IoU) below which a lost and a visible track are one; raising it merges more',
    'X',
  ),
  positionNoise: threshold(
    'positionNoise',
    positive,
    'uncertainty of places, as a share of the height; raising it smooths boxes more',
    'X',
  ),
  velocityNoise: threshold(
    'velocityNoise',
    positive,
    'uncertainty of speeds, as a share of the height; raising it lets tracks turn faster',
    'X',
  ),
};

/** Which tracker, its thresholds, and which boxes are shown. */
export const trackerShape = {
  tracker: z
    .enum(trackerKinds)
    .default('fairmot')
    .describe("FairMOT's association, JDE's, or BYTE, which looks at overlap only and uses weak detections too"),
  ...thresholdShape,
  minBoxArea: z
    .number()
    .min(0)
    .default(100)
    .describe('leave out boxes of fewer square pixels; raising it drops small people')
    .meta({ metavar: 'PX' }),
  maxAspectRatio: z
    .number()
    .positive()
    .default(1.6)
    .describe('leave out boxes whose width / height is more; raising it keeps wider boxes')
    .meta({ metavar: 'X' }),
};

/** Settings of a tracker; `conf` and `trackBuffer` may be left out where a detections file has them. */
export type TrackerFlags = { readonly [Flag in TrackerFlag]?: number | undefined } & {
  readonly tracker: TrackerKind;
  readonly minBoxArea: number;
  readonly maxAspectRatio: number;
};

/** The options of the chosen tracker; settings of other trackers are left aside. */
export function trackerOptionsFromFlags(flags: TrackerFlags, more: AnyTrackerOptions = {}): AnyTrackerOptions {
  const known = optionsOfTracker(flags.tracker);
  const given = Object.entries(optionOfFlag).filter(([flag, option]) => {
    return option in known && flags[flag as TrackerFlag] !== undefined;
  });
  return { ...more, ...Object.fromEntries(given.map(([flag, option]) => [option, flags[flag as TrackerFlag]])) };
}

/**
 * The tracker that the settings ask for.
 *
 * @param more what does not come from settings, such as the frame rate; settings go before it
 */
export function trackerFromFlags(flags: TrackerFlags, more: AnyTrackerOptions): Tracker {
  return createTracker(flags.tracker, trackerOptionsFromFlags(flags, more));
}

/** The same settings with the defaults of the chosen tracker filled in. */
export function effectiveTrackerFlags(flags: TrackerFlags): TrackerFlags {
  const options = optionsOfTracker(flags.tracker, trackerOptionsFromFlags(flags));
  const own = Object.entries(optionOfFlag).filter(([, option]) => options[option] !== undefined);
  const thresholds = Object.fromEntries(own.map(([flag, option]) => [flag, options[option]]));
  const { tracker, minBoxArea, maxAspectRatio } = flags;
  return { tracker, ...thresholds, minBoxArea, maxAspectRatio };
}
