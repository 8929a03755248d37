import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ByteTracker,
  createTracker,
  detectionConfidence,
  FairmotTracker,
  JdeTracker,
  optionsOfTracker,
  type Track,
  type TrackerInput,
  type TrackerKind,
  trackerKinds,
} from '../src/index.js';
import { inputFrom, type Scene, sceneFrom, sceneNames, variantFrom } from './scenes.js';

const rowsOf = (tracks: readonly Track[]) => tracks.map(({ id, box, score }) => [id, ...box, score]);

function rowsOfScene(kind: TrackerKind, { options, frames }: Scene, more: object = {}): number[][][] {
  const tracker = createTracker(kind, { ...options, ...more });
  return frames.map(({ input }) => rowsOf(tracker.update(input)));
}

describe.each(['jde', 'byte'] as const)("%s's own tracker on made-up scenes", (kind) => {
  test.each(sceneNames)('%s: same tracks, same order, coordinates within 1e-3', (name) => {
    const scene = variantFrom(name, kind);
    const received = rowsOfScene(kind, scene);
    scene.frames.forEach(({ tracks }, frame) => {
      expect(received[frame]!.map(([id]) => id)).toEqual(tracks.map(([id]) => id));
      for (const [row, track] of tracks.entries()) {
        for (const [k, value] of track.entries())
          expect(Math.abs(received[frame]![row]![k]! - value)).toBeLessThan(1e-3);
      }
    });
  });
});

test('the trackers differ from one another on every crowded scene', () => {
  for (const name of ['walkers', 'revivals', 'tiny', 'specks', 'crowd'] as const) {
    const [fairmot, jde, byte] = trackerKinds.map((kind) => JSON.stringify(rowsOfScene(kind, sceneFrom(name))));
    expect(new Set([fairmot, jde, byte]).size, name).toBe(3);
  }
});

test.each<['jde' | 'byte', object]>([
  ['jde', { appearanceDistance: 'cosine' }],
  ['jde', { appearanceThreshold: 0.3 }],
  ['jde', { confirmFirstFrame: true }],
  ['byte', { lowConfidence: 0.4 }],
  ['byte', { lowOverlapThreshold: 0.05 }],
  ['byte', { overlapThreshold: 0.3 }],
  ['byte', { newTrackConfidence: 0.9 }],
  ['byte', { updateScoreWhenFound: false }],
])('%s with %o gives another result', (kind, option) => {
  const scenes = sceneNames.map((name) => variantFrom(name, kind));
  expect(scenes.map((scene) => rowsOfScene(kind, scene, option))).not.toEqual(
    scenes.map((scene) => rowsOfScene(kind, scene)),
  );
});

/** Frames of a few people in a small place, with scores on both sides of the thresholds. */
const anyFilm = fc.array(
  fc.array(
    fc
      .tuple(fc.nat(60), fc.nat(30), fc.integer({ min: 1, max: 40 }), fc.nat(2), fc.nat(100))
      .map(([x, y, size, look, score]) => {
        return [x, y, x + size, y + 2 * size, score / 100, look === 0 ? 1 : 0, look === 1 ? 1 : 0.2];
      }),
    { maxLength: 6 },
  ),
  { maxLength: 25 },
);

describe.each(trackerKinds)('%s', (kind) => {
  test('ids are unique in a frame and begin once; a detection goes to at most one track; instances are independent', () => {
    fc.assert(
      fc.property(anyFilm, anyFilm, (film, other) => {
        const [tracker, stranger] = [createTracker(kind, { trackBuffer: 3 }), createTracker(kind)];
        const starts = new Map<number, number>();
        const first = film.map((rows, index) => {
          stranger.update(inputFrom(other[index] ?? []));
          const tracks = tracker.update(inputFrom(rows));
          expect(new Set(tracks.map(({ id }) => id)).size).toBe(tracks.length);
          expect(new Set(tracks.map(({ detection }) => detection)).size).toBe(tracks.length);
          for (const { id, startFrame } of tracks) {
            expect(starts.get(id) ?? startFrame).toBe(startFrame);
            starts.set(id, startFrame);
          }
          return tracks;
        });
        tracker.reset();
        expect(film.map((rows) => tracker.update(inputFrom(rows)))).toEqual(first);
      }),
    );
  });
});

describe('BYTE', () => {
  test('begins no track with a detection below its threshold, and continues none with one below the lower', () => {
    fc.assert(
      fc.property(anyFilm, (film) => {
        const tracker = new ByteTracker({ confidence: 0.5, lowConfidence: 0.2 });
        const known = new Set<number>();
        for (const rows of film) {
          for (const { id, detection, age } of tracker.update(inputFrom(rows))) {
            const score = rows[detection]![4]!;
            expect(score).toBeGreaterThan(0.2);
            expect(score).not.toBe(0.5);
            if (age === 0) expect(score).toBeGreaterThanOrEqual(0.6);
            if (score < 0.5) expect(known.has(id)).toBe(true);
            known.add(id);
          }
        }
      }),
    );
  });

  test('without weak detections is the same as with a lower threshold at the upper', () => {
    fc.assert(
      fc.property(anyFilm, (film) => {
        const [all, strong] = [new ByteTracker({ lowConfidence: 0.4 }), new ByteTracker()];
        for (const rows of film) {
          const kept = rows.filter((row) => row[4]! > 0.4);
          expect(rowsOf(all.update(inputFrom(rows)))).toEqual(rowsOf(strong.update(inputFrom(kept))));
        }
      }),
    );
  });

  test('does not look at embeddings, nor need them', () => {
    const { options, frames } = variantFrom('crowd', 'byte');
    const [given, blind] = [new ByteTracker(options), new ByteTracker(options)];
    for (const { input } of frames) {
      const { count, boxes, scores } = input;
      expect(blind.update({ count, boxes, scores })).toEqual(given.update(input));
    }
  });

  test('follows a person whose score sinks, where FairMOT loses it', () => {
    const scores = [0.8, 0.8, 0.3, 0.25, 0.3, 0.8];
    const seen = (kind: TrackerKind) => {
      const tracker = createTracker(kind, { confidence: 0.4 });
      return scores.map((score, k) => tracker.update(inputFrom([[10 + k, 20, 40 + k, 90, score, 1, 0]])).length);
    };
    expect(seen('byte')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(seen('fairmot')).toEqual([1, 1, 0, 0, 0, 1]);
  });

  test('refuses what cannot be and stays as it was', () => {
    const tracker = new ByteTracker();
    const good = { count: 1, boxes: [0, 0, 20, 50], scores: [0.8] };
    tracker.update(good);
    expect(() => tracker.update({ ...good, boxes: [0, 0, Number.NaN, 50] })).toThrow(
      new RangeError('Expected boxes to be finite numbers but received NaN in row 0'),
    );
    expect(() => tracker.update({ ...good, scores: [] })).toThrow(RangeError);
    expect([tracker.frame, tracker.size]).toEqual([1, 1]);
  });
});

describe('options by tracker', () => {
  test('defaults', () => {
    expect(optionsOfTracker('jde')).toMatchObject({ appearanceThreshold: 0.7, appearanceDistance: 'euclidean' });
    expect(optionsOfTracker('byte')).toMatchObject({ overlapThreshold: 0.8, lowOverlapThreshold: 0.4 });
    expect(optionsOfTracker('byte', { confidence: 0.3 })).toMatchObject({ newTrackConfidence: 0.4 });
    expect(optionsOfTracker('byte', { confidence: 1 })).toMatchObject({ newTrackConfidence: 1 });
    expect(new JdeTracker({ gate: 5 }).options).toMatchObject({ gate: 5, confirmFirstFrame: false });
    expect(createTracker('fairmot')).toBeInstanceOf(FairmotTracker);
  });

  test('what the detector must give', () => {
    expect(detectionConfidence('fairmot', { confidence: 0.3 })).toBe(0.3);
    expect(detectionConfidence('byte', { confidence: 0.3 })).toBe(0.2);
    expect(detectionConfidence('byte', { confidence: 0.1 })).toBe(0.1);
  });

  test.each<[TrackerKind, object, string]>([
    ['byte', { gate: 5 }, 'Expected the name of a tracker option but received gate'],
    ['fairmot', { lowConfidence: 0.1 }, 'Expected the name of a tracker option but received lowConfidence'],
    ['byte', { lowConfidence: 2 }, 'Expected lowConfidence to be a number from 0 to 1 but received 2'],
    ['jde', { appearanceDistance: 'l1' }, "Expected appearanceDistance to be 'cosine' or 'euclidean' but received l1"],
  ])('%s refuses %o', (kind, options, message) => {
    expect(() => createTracker(kind, options)).toThrow(new RangeError(message));
  });

  test('the kinds take the same input', () => {
    const input: TrackerInput = inputFrom([[0, 0, 20, 50, 0.8, 1, 0]]);
    expect(trackerKinds.map((kind) => createTracker(kind).update(input).length)).toEqual([1, 0, 1]);
  });
});
