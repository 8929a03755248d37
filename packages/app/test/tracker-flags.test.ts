import { createTracker, optionsOfTracker, trackerKinds } from '@trt-fairmot/tracker';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inner } from '../src/cli/flags.js';
import {
  effectiveTrackerFlags,
  type TrackerFlag,
  type TrackerFlags,
  thresholdShape,
  trackerFromFlags,
  trackerOptionsFromFlags,
  trackerShape,
} from '../src/tracker-flags.js';

const schema = z.object(trackerShape);
const anyNumber = fc.oneof(fc.constantFrom(0, 1, 0.5, 1e-9, 1e9, -1), fc.double({ noNaN: true }), fc.nat(200));
const names = Object.keys(thresholdShape) as TrackerFlag[];

describe.each(trackerKinds)('%s', (tracker) => {
  test('takes every value that the flags take', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), anyNumber, (name, value) => {
        const parsed = schema.safeParse({ tracker, [name]: value });
        if (parsed.success) expect(() => trackerFromFlags(parsed.data, {})).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test('has the defaults of its package, and the settings in force give the same tracker again', () => {
    const flags = schema.parse({ tracker });
    expect(optionsOfTracker(tracker, trackerOptionsFromFlags(flags))).toEqual(optionsOfTracker(tracker));
    const effective = effectiveTrackerFlags(flags);
    expect(schema.parse(effective)).toEqual(effective);
    expect(optionsOfTracker(tracker, trackerOptionsFromFlags(effective))).toEqual(optionsOfTracker(tracker));
  });

  test('every flag of its own changes one of its options, others none', () => {
    for (const name of names) {
      const core = inner(thresholdShape[name]);
      const value = core.safeParse(0.33).success ? 0.33 : 33;
      const options = optionsOfTracker(tracker, trackerOptionsFromFlags(schema.parse({ tracker, [name]: value })));
      const changed = Object.values(options).includes(value);
      const trackers = thresholdShape[name].meta()?.trackers as string[] | undefined;
      expect(changed, name).toBe(trackers?.includes(tracker) ?? true);
    }
  });
});

test('flags go before what comes with the source', () => {
  const flags: TrackerFlags = { tracker: 'fairmot', minBoxArea: 0, maxAspectRatio: 2, trackBuffer: 7 };
  const options = trackerOptionsFromFlags(flags, { confidence: 0.3, trackBuffer: 60, frameRate: 25 });
  expect(options).toEqual({ confidence: 0.3, trackBuffer: 7, frameRate: 25 });
  expect(createTracker('fairmot', options)).toBeDefined();
});

test('help names defaults by tracker', () => {
  expect(thresholdShape.appearanceThreshold.description).toContain('(default 0.4, jde 0.7; fairmot and jde only)');
  expect(thresholdShape.overlapThreshold.description).toContain('(default 0.5, byte 0.8)');
  expect(thresholdShape.lowConf.description).toContain('(default 0.2; byte only)');
  for (const name of names) expect(thresholdShape[name].description, name).toMatch(/raising it /);
});
