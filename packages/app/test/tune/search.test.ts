import { trackerKinds } from '@trt-fairmot/tracker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrackerFlags } from '../../src/tracker-flags.js';
import { Random } from '../../src/tune/random.js';
import { Search, type SearchSpace, simplified } from '../../src/tune/search.js';
import { dimensionsOf, placeOf, tunableFlags, valueAt } from '../../src/tune/search-space.js';

const space = (kind: 'fairmot' | 'byte' = 'fairmot'): SearchSpace => ({
  kind,
  start: { tracker: kind, conf: 0.4, trackBuffer: 30, overlapThreshold: 0.5, minBoxArea: 100, maxAspectRatio: 1.6 },
  dimensions: dimensionsOf(kind, 0.1, ['conf', 'trackBuffer', 'overlapThreshold']),
});

/** Best at conf 0.25, overlap 0.8; the buffer does not matter. */
const hill = ({ conf = 0, overlapThreshold = 0 }: TrackerFlags) =>
  -((conf - 0.25) ** 2) - (overlapThreshold - 0.8) ** 2;

function searched(seed: number, trials = 150, spaces = [space()]): Search {
  const search = new Search(spaces, { trials, seed });
  for (let settings = search.next(); settings; settings = search.next()) search.tell(settings, hill(settings));
  return search;
}

test('random numbers repeat with the seed and are spread evenly', () => {
  const [a, b, c] = [new Random(7), new Random(7), new Random(8)];
  const numbers = Array.from({ length: 20_000 }, () => a.uniform());
  expect(numbers.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => b.uniform()));
  expect(numbers[0]).not.toBe(c.uniform());
  expect(numbers.every((value) => value >= 0 && value < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = numbers.filter((value) => Math.floor(10 * value) === tenth).length / numbers.length;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
  }
  const normals = Array.from({ length: 20_000 }, () => c.normal());
  const mean = normals.reduce((sum, value) => sum + value, 0) / normals.length;
  const variance = normals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / normals.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});

test('every threshold of every tracker has values within its range, and places lead back to them', () => {
  const dimensions = trackerKinds.flatMap((kind) => dimensionsOf(kind, 0.2));
  expect(new Set(dimensions.map(({ flag }) => flag))).toEqual(new Set(tunableFlags));
  fc.assert(
    fc.property(fc.constantFrom(...dimensions), fc.double({ min: 0, max: 1, noNaN: true }), (dimension, place) => {
      const value = valueAt(dimension, place);
      expect(value).toBeGreaterThanOrEqual(dimension.from * 0.99);
      expect(value).toBeLessThanOrEqual(dimension.to * 1.01);
      if (dimension.whole) expect(Number.isInteger(value)).toBe(true);
      else expect(Math.abs(placeOf(dimension, value) - place)).toBeLessThan(0.06);
    }),
  );
});

test('confidences are searched above the lowest stored score; trackers have their own thresholds', () => {
  expect(dimensionsOf('fairmot', 0.3).find(({ flag }) => flag === 'conf')?.from).toBe(0.3);
  const flags = (kind: 'fairmot' | 'byte') => dimensionsOf(kind, 0).map(({ flag }) => flag);
  expect(flags('byte')).toContain('lowConf');
  expect(flags('fairmot')).not.toContain('lowConf');
  expect(flags('byte')).not.toContain('appearanceThreshold');
});

test('the search begins at the start of every tracker and climbs', () => {
  const search = searched(1, 300, [space(), space('byte')]);
  expect(search.ranking).toHaveLength(300);
  expect(search.ranking[0]!.score).toBeGreaterThan(-0.001);
  expect(search.ranking.map(({ settings }) => settings)).toEqual(
    expect.arrayContaining([space().start, space('byte').start]),
  );
});

test('the same seed searches the same, another one does not', () => {
  expect(searched(3).ranking).toEqual(searched(3).ranking);
  expect(searched(3).ranking).not.toEqual(searched(4).ranking);
});

test('settings are tried once, within their ranges, ranked, and what is not searched stays', () => {
  const { ranking } = searched(5);
  expect(new Set(ranking.map(({ settings }) => JSON.stringify(settings))).size).toBe(ranking.length);
  expect(ranking.map(({ score }) => score)).toEqual([...ranking.map(({ score }) => score)].sort((a, b) => b - a));
  for (const { settings } of ranking) {
    expect(settings).toMatchObject({ tracker: 'fairmot', minBoxArea: 100, maxAspectRatio: 1.6 });
    expect(settings.conf).toBeGreaterThanOrEqual(0.1);
    expect(settings.conf).toBeLessThanOrEqual(0.8);
    expect(Number.isInteger(settings.trackBuffer)).toBe(true);
  }
});

test('a search ends where nothing new is left', () => {
  const one = { ...space(), dimensions: dimensionsOf('fairmot', 0.8, ['conf']) };
  expect(searched(0, 1000, [one]).ranking).toHaveLength(2);
});

test('what made no difference goes back to the start', () => {
  const settings = { ...space().start, conf: 0.25, trackBuffer: 77, overlapThreshold: 0.8 };
  const trial = { settings, score: hill(settings) };
  expect(simplified(trial, [space()], hill)).toEqual({
    settings: { ...settings, trackBuffer: 30 },
    score: trial.score,
  });
});

test('the best are told by their scores', () => {
  const search = new Search([space()], { trials: 4, seed: 0 });
  for (const score of [1, 3, 3, 2]) search.tell(search.next()!, score);
  expect(search.distinct(2).map(({ score }) => score)).toEqual([3, 2]);
});
