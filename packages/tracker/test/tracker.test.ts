import { readFileSync } from 'node:fs';
import { describeShared, shared } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FairmotTracker,
  motLine,
  type Track,
  type TrackerInput,
  type TrackerOptions,
  tracksForOutput,
} from '../src/index.js';
import { inputFrom, type Scene, sceneFrom, sceneNames } from './scenes.js';

/** What a tracker with these options makes of a scene, as FairMOT's results are stored. */
function tracksOfScene(scene: Scene, options: Partial<TrackerOptions> = {}): number[][][] {
  const tracker = new FairmotTracker({ ...scene.options, ...options });
  return scene.frames.map(({ input }) => tracker.update(input).map(({ id, box, score }) => [id, ...box, score]));
}

describe("FairMOT's own tracker on made-up scenes", () => {
  test.each(sceneNames)('%s: same tracks, same order, coordinates within 1e-3', (name) => {
    const scene = sceneFrom(name);
    const received = tracksOfScene(scene);
    scene.frames.forEach(({ tracks }, frame) => {
      expect(received[frame]!.map(([id]) => id)).toEqual(tracks.map(([id]) => id));
      for (const [row, track] of tracks.entries()) {
        for (const [k, value] of track.entries())
          expect(Math.abs(received[frame]![row]![k]! - value)).toBeLessThan(1e-3);
      }
    });
  });

  test.each<[keyof TrackerOptions, unknown, (typeof sceneNames)[number]]>([
    ['inclusivePixels', false, 'specks'],
    ['reviveRemoved', false, 'revivals'],
    ['duplicateTie', 'lost', 'tie'],
    ['updateScoreWhenFound', true, 'walkers'],
    ['freezeHeightOfLost', false, 'crowd'],
    ['predictUnconfirmed', true, 'crowd'],
    ['confirmFirstFrame', false, 'walkers'],
    ['idsAtBirth', false, 'walkers'],
    ['gateOnPosition', true, 'crowd'],
    ['trackBuffer', 3, 'revivals'],
    ['duplicateThreshold', 0, 'crowd'],
    ['embeddingMomentum', 0.5, 'crowd'],
    ['appearanceWeight', 1, 'crowd'],
    ['positionNoise', 0.1, 'crowd'],
    ['velocityNoise', 0.1, 'crowd'],
    ['newTrackConfidence', 0.8, 'crowd'],
  ])('%s = %s changes the result of %s', (option, value, name) => {
    const scene = sceneFrom(name);
    expect(tracksOfScene(scene, { [option]: value })).not.toEqual(tracksOfScene(scene));
  });
});

describeShared('golden/tracking', () => {
  test.each(['pedestrians', 'TUD-Stadtmitte'])('%s: expected.txt line for line', (name) => {
    const file = JSON.parse(readFileSync(shared('golden', 'tracking', name, 'detections.json'), 'utf8'));
    const { conf_thres, frame_rate, track_buffer } = file;
    const tracker = new FairmotTracker({ confidence: conf_thres, frameRate: frame_rate, trackBuffer: track_buffer });
    type Stored = { frame: number; detections: { tlwh: number[]; score: number; embedding: number[] }[] };
    const lines = (file.frames as Stored[]).flatMap(({ frame, detections }) => {
      const rows = detections.map(({ tlwh: [x, y, w, h], score, embedding }) => {
        return [x!, y!, x! + w!, y! + h!, score, ...embedding];
      });
      return tracksForOutput(tracker.update(inputFrom(rows))).map((track) => motLine(frame, track));
    });
    const expected = readFileSync(shared('golden', 'tracking', name, 'expected.txt'), 'utf8')
      .trim()
      .split('\n');
    expect(lines.length).toBe(expected.length);
    lines.forEach((line, index) => {
      const [ours, theirs] = [line, expected[index]!].map((text) => text.split(',').map(Number)) as [
        number[],
        number[],
      ];
      expect([ours[0], ours[1], ...ours.slice(6)]).toEqual([theirs[0], theirs[1], ...theirs.slice(6)]);
      for (let k = 2; k < 6; k++) expect(Math.abs(ours[k]! - theirs[k]!)).toBeLessThan(1e-3);
    });
  });
});

/** Frames of a few people of two or three looks, in a small place: much to confuse. */
const anyFilm = fc.array(
  fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(2),
      )
      .map(([x, y, size, look]) => {
        return [x, y, x + size, y + 2 * size, 0.3 + 0.01 * ((x * y) % 70), look === 0 ? 1 : 0, look === 1 ? 1 : 0.2];
      }),
    { maxLength: 6 },
  ),
  { maxLength: 25 },
);

/** Runs a film and returns the tracks of each frame. */
function tracksOf(tracker: FairmotTracker, film: readonly (readonly (readonly number[])[])[]): Track[][] {
  return film.map((rows) => tracker.update(inputFrom(rows)));
}

describe('FairmotTracker', () => {
  test('gives ids that are unique in a frame, begin once, and a detection to at most one track', () => {
    fc.assert(
      fc.property(anyFilm, fc.boolean(), (film, idsAtBirth) => {
        const starts = new Map<number, number>();
        tracksOf(new FairmotTracker({ trackBuffer: 3, idsAtBirth }), film).forEach((tracks, index) => {
          expect(new Set(tracks.map(({ id }) => id)).size).toBe(tracks.length);
          expect(new Set(tracks.map(({ detection }) => detection)).size).toBe(tracks.length);
          for (const { id, startFrame, age, score, box } of tracks) {
            expect(starts.get(id) ?? startFrame).toBe(startFrame);
            starts.set(id, startFrame);
            expect(age).toBe(index + 1 - startFrame);
            expect(score).toBeGreaterThan(Math.fround(0.4));
            expect(box.every(Number.isFinite)).toBe(true);
          }
        });
        const ids = [...starts.keys()];
        expect(Math.min(...ids, 1)).toBe(1);
        if (!idsAtBirth) expect(ids.toSorted((a, b) => a - b)).toEqual(ids.map((_, k) => k + 1));
      }),
    );
  });

  test('is deterministic, independent of other instances, and new after reset', () => {
    fc.assert(
      fc.property(anyFilm, anyFilm, (film, other) => {
        const expected = tracksOf(new FairmotTracker(), film);
        const tracker = new FairmotTracker();
        const stranger = new FairmotTracker();
        const interleaved = film.map((rows, k) => {
          stranger.update(inputFrom(other[k] ?? []));
          return tracker.update(inputFrom(rows));
        });
        expect(interleaved).toEqual(expected);
        stranger.reset();
        expect([stranger.frame, stranger.size]).toEqual([0, 0]);
        expect(tracksOf(stranger, film)).toEqual(expected);
      }),
    );
  });

  test('gives results that later frames leave as they are', () => {
    const tracker = new FairmotTracker();
    const { frames } = sceneFrom('walkers');
    const kept = frames.map(({ input }) => tracker.update(input));
    const copies = structuredClone(kept.slice(0, 40));
    for (const { input } of frames) tracker.update(input);
    expect(kept.slice(0, 40)).toEqual(copies);
  });

  test('keeps only what is alive: after long films as after short ones', () => {
    const { frames } = sceneFrom('specks');
    const tracker = new FairmotTracker({ trackBuffer: 5 });
    const rounds = (count: number) => {
      for (let k = 0; k < count; k++) for (const { input } of frames) tracker.update(input);
      return { tracks: tracker.size, bytes: process.memoryUsage().arrayBuffers };
    };
    const early = rounds(10);
    const late = rounds(50);
    expect(tracker.frame).toBe(60 * frames.length);
    expect(late.tracks).toBeLessThan(early.tracks + 20);
    expect(late.bytes - early.bytes).toBeLessThan(100_000);
    for (let k = 0; k < 10; k++) tracker.update(inputFrom([]));
    expect(tracker.size).toBe(0);
  });

  test('counts frames without detections', () => {
    const person = [100, 50, 120, 100, 0.8, 1, 0];
    const tracker = new FairmotTracker({ trackBuffer: 4 });
    const [first] = tracker.update(inputFrom([person]));
    for (let k = 0; k < 4; k++) expect(tracker.update(inputFrom([]))).toEqual([]);
    expect(tracker.update(inputFrom([person]))[0]).toMatchObject({
      id: first!.id,
      startFrame: 1,
      age: 5,
      detection: 0,
    });
  });

  test('tells which detection a track took', () => {
    const tracker = new FairmotTracker();
    const rows = [
      [0, 0, 20, 50, 0.2, 1, 0],
      [100, 0, 120, 50, 0.9, 1, 0],
      [200, 0, 200, 50, 0.9, 1, 0],
      [300, 0, 320, 50, 0.7, 0, 1],
    ];
    expect(tracker.update(inputFrom(rows)).map(({ detection }) => detection)).toEqual([1, 3]);
    const [moved] = tracker.update(inputFrom([[102, 1, 122, 51, 0.8, 1, 0]]));
    expect(moved).toMatchObject({ id: 1, detection: 0, score: Math.fround(0.8) });
    expect(moved!.velocity[0]).toBeGreaterThan(0);
  });

  test('takes a score equal to the threshold for not above it, in float32 as in float64', () => {
    const rows = [[0, 0, 20, 50, 0.4, 1, 0]];
    const { boxes, embeddings } = inputFrom(rows);
    for (const scores of [Float32Array.of(0.4), [0.4]]) {
      expect(new FairmotTracker().update({ count: 1, boxes, scores, embeddings, embeddingSize: 2 })).toEqual([]);
    }
    expect(new FairmotTracker({ confidence: 0.39 }).update(inputFrom(rows))).toHaveLength(1);
    expect(new FairmotTracker({ confidence: 0.39, newTrackConfidence: 0.4 }).update(inputFrom(rows))).toHaveLength(1);
  });

  test('lives with embeddings of zeros', () => {
    const tracker = new FairmotTracker();
    const rows = [[0, 0, 20, 50, 0.8, 0, 0]];
    for (let k = 0; k < 3; k++) expect(tracker.update(inputFrom(rows))[0]).toMatchObject({ id: 1, age: k });
  });

  test.each<[string, Partial<TrackerInput>, string]>([
    ['NaN box', { boxes: [0, 0, Number.NaN, 50] }, 'Expected boxes to be finite numbers but received NaN in row 0'],
    [
      'infinite score',
      { scores: [Number.POSITIVE_INFINITY] },
      'Expected scores to be finite numbers but received Infinity in row 0',
    ],
    [
      'NaN embedding',
      { embeddings: [1, Number.NaN] },
      'Expected embeddings to be finite numbers but received NaN in row 0',
    ],
    ['short boxes', { boxes: [0, 0, 20] }, 'Expected boxes to hold 1 x 4 = 4 numbers but received 3'],
    ['too many scores', { scores: [0.8, 0.7] }, 'Expected scores to hold 1 numbers but received 2'],
    ['short embeddings', { embeddings: [1] }, 'Expected embeddings to hold 1 x 2 = 2 numbers but received 1'],
    ['count', { count: -1 }, 'Expected count to be 0 or more but received -1'],
    ['no embeddings', { embeddings: [], embeddingSize: 0 }, 'Expected embeddingSize to be 1 or more but received 0'],
    [
      'another size',
      { embeddings: [1, 0, 0], embeddingSize: 3 },
      'Expected embeddings of 2 numbers as in earlier frames but received 3',
    ],
  ])('refuses %s and stays as it was', (_, wrong, message) => {
    const good: TrackerInput = { count: 1, boxes: [0, 0, 20, 50], scores: [0.8], embeddings: [1, 0], embeddingSize: 2 };
    const [tracker, twin] = [new FairmotTracker(), new FairmotTracker()];
    tracker.update(good);
    twin.update(good);
    expect(() => tracker.update({ ...good, ...wrong })).toThrow(new RangeError(message));
    expect([tracker.frame, tracker.size]).toEqual([1, 1]);
    expect(tracker.update(good)).toEqual(twin.update(good));
  });

  test('takes another embedding size after reset', () => {
    const tracker = new FairmotTracker();
    tracker.update(inputFrom([[0, 0, 20, 50, 0.8, 1, 0]]));
    tracker.reset();
    expect(tracker.update(inputFrom([[0, 0, 20, 50, 0.8, 1, 0, 0]]))).toHaveLength(1);
  });
});
