// The MOTChallenge benchmarks, as far as their evaluation differs.
import type { MotRows } from './mot-rows.js';

/** Whose rules ground truth is read by. */
export type Benchmark = 'mot15' | 'mot16' | 'mot17' | 'mot20';

export const benchmarks: readonly Benchmark[] = ['mot15', 'mot16', 'mot17', 'mot20'];

/** Class numbers of MOT16 and later. Source: Milan et al., "MOT16: A Benchmark for Multi-Object Tracking", 2016, and Dendorfer et al., "MOT20", 2020. */
export const motClass = {
  pedestrian: 1,
  personOnVehicle: 2,
  car: 3,
  bicycle: 4,
  motorbike: 5,
  nonMotorisedVehicle: 6,
  staticPerson: 7,
  distractor: 8,
  occluder: 9,
  occluderOnGround: 10,
  occluderFull: 11,
  reflection: 12,
  crowd: 13,
} as const;

const alwaysDistracting: readonly number[] = [
  motClass.personOnVehicle,
  motClass.staticPerson,
  motClass.distractor,
  motClass.reflection,
];

/** Classes a tracker is neither praised nor blamed for; null for MOT15, which knows no classes. */
export function distractorClasses(benchmark: Benchmark): ReadonlySet<number> | null {
  if (benchmark === 'mot15') return null;
  return new Set(benchmark === 'mot20' ? [...alwaysDistracting, motClass.nonMotorisedVehicle] : alwaysDistracting);
}

/**
 * The benchmark that ground truth looks like: one that `name` says (`MOT17-02-FRCNN`, a folder `MOT20/train`), else `mot17` where
 * there are nine columns with a class from 1 to 13 and a visibility, else `mot15`, which uses no classes. MOT16 and MOT17 have the same rules.
 *
 * @param name name or path of the sequence
 * @example
 * benchmarkOf(rowsFromMotText(text, 'gt.txt'), 'MOT20/train/MOT20-01'); // 'mot20'
 */
export function benchmarkOf(rows: MotRows, name = ''): Benchmark {
  const numbered = [...name.matchAll(/MOT(15|16|17|20)(?!\d)/gi)].at(-1)?.[1];
  const named = benchmarks.find((benchmark) => benchmark === `mot${numbered}`);
  if (named && named !== 'mot15' && hasClasses(rows)) return named;
  return named !== 'mot15' && rows.columns === 9 && hasClasses(rows) ? 'mot17' : 'mot15';
}

const hasClasses = (rows: MotRows) => rows.columns >= 8 && rows.classes.every(isMotClass);

/** Whether it is one of the 13 numbers. */
export const isMotClass = (value: number) => Number.isInteger(value) && value >= 1 && value <= 13;
