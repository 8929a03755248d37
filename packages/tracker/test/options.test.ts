import { describe, expect, test } from 'vitest';
import { FairmotTracker } from '../src/index.js';
import { trackerOptionsFrom } from '../src/options.js';

describe('trackerOptionsFrom', () => {
  test("has FairMOT's constants", () => {
    expect(trackerOptionsFrom({})).toEqual({
      confidence: 0.4,
      newTrackConfidence: 0.4,
      frameRate: 30,
      trackBuffer: 30,
      appearanceThreshold: 0.4,
      overlapThreshold: 0.5,
      unconfirmedOverlapThreshold: 0.7,
      appearanceDistance: 'cosine',
      appearanceWeight: 0.98,
      gate: 9.4877,
      gateOnPosition: false,
      embeddingMomentum: 0.9,
      duplicateThreshold: 0.15,
      positionNoise: 0.05,
      velocityNoise: 0.00625,
      inclusivePixels: true,
      confirmFirstFrame: true,
      predictUnconfirmed: false,
      idsAtBirth: true,
      freezeHeightOfLost: true,
      updateScoreWhenFound: false,
      reviveRemoved: true,
      duplicateTie: 'tracked',
    });
  });

  test('derives what depends on others', () => {
    expect(trackerOptionsFrom({ confidence: 0.3 }).newTrackConfidence).toBe(0.3);
    expect(trackerOptionsFrom({ confidence: 0.3, newTrackConfidence: 0.5 }).newTrackConfidence).toBe(0.5);
    expect(trackerOptionsFrom({ gateOnPosition: true }).gate).toBe(5.9915);
    expect(trackerOptionsFrom({ gateOnPosition: true, gate: 4 }).gate).toBe(4);
  });

  test('takes undefined for not given', () => {
    const given = { confidence: undefined } as unknown as { confidence: number };
    expect(trackerOptionsFrom(given).confidence).toBe(0.4);
  });

  test.each([
    [{ confidence: 1.5 }, 'Expected confidence to be a number from 0 to 1 but received 1.5'],
    [{ confidence: Number.NaN }, 'Expected confidence to be a number from 0 to 1 but received NaN'],
    [{ frameRate: 0 }, 'Expected frameRate to be a number above 0 but received 0'],
    [{ trackBuffer: -1 }, 'Expected trackBuffer to be a number of at least 0 but received -1'],
    [{ gate: Number.POSITIVE_INFINITY }, 'Expected gate to be a number above 0 but received Infinity'],
    [{ duplicateTie: 'both' }, "Expected duplicateTie to be 'tracked' or 'lost' but received both"],
    [{ reviveRemoved: 1 }, 'Expected reviveRemoved to be true or false but received 1'],
    [{ confidense: 0.4 }, 'Expected the name of a tracker option but received confidense'],
  ])('refuses %o', (options, message) => {
    expect(() => new FairmotTracker(options as object)).toThrow(new RangeError(message));
  });
});
