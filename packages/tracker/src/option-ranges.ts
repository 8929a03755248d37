// What each option may be.
import type { ByteTrackerOptions, TrackerOptions } from './options.js';

type AnyOptions = TrackerOptions & ByteTrackerOptions;

type Range = { readonly from: number; readonly to: number; readonly open?: boolean };
const unit: Range = { from: 0, to: 1 };
const positive: Range = { from: 0, to: Number.MAX_VALUE, open: true };

const ranges: { readonly [Name in keyof AnyOptions]?: Range } = {
  confidence: unit,
  newTrackConfidence: unit,
  lowConfidence: unit,
  frameRate: positive,
  trackBuffer: { from: 0, to: Number.MAX_VALUE },
  appearanceThreshold: positive,
  overlapThreshold: positive,
  lowOverlapThreshold: positive,
  unconfirmedOverlapThreshold: positive,
  appearanceWeight: unit,
  gate: positive,
  embeddingMomentum: unit,
  duplicateThreshold: unit,
  positionNoise: positive,
  velocityNoise: positive,
};

const words: Readonly<Record<string, readonly [string, string]>> = {
  duplicateTie: ['tracked', 'lost'],
  appearanceDistance: ['cosine', 'euclidean'],
};

/**
 * The given options without those that are undefined.
 *
 * @param known an object with every option there is
 * @throws RangeError if one is unknown or out of its range
 */
export function checkedOptions<Options extends object>(given: Options, known: object): Options {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const [name, value] of Object.entries(set)) {
    if (!(name in known)) throw new RangeError(`Expected the name of a tracker option but received ${name}`);
    requireValid(name, value);
  }
  return set as Options;
}

function requireValid(name: string, value: unknown): void {
  const range = ranges[name as keyof AnyOptions];
  if (range) {
    const { from, to, open } = range;
    if (typeof value === 'number' && value >= from && value <= to && !(open && value === from)) return;
    const bounds = open ? `above ${from}` : to === Number.MAX_VALUE ? `of at least ${from}` : `from ${from} to ${to}`;
    throw new RangeError(`Expected ${name} to be a number ${bounds} but received ${String(value)}`);
  }
  const choices = words[name];
  if (choices) {
    if (choices.some((choice) => choice === value)) return;
    throw new RangeError(`Expected ${name} to be '${choices.join("' or '")}' but received ${String(value)}`);
  }
  if (typeof value !== 'boolean')
    throw new RangeError(`Expected ${name} to be true or false but received ${String(value)}`);
}
