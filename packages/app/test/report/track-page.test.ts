import type { Detections } from '@trt-fairmot/fairmot-postprocess';
import type { Track } from '@trt-fairmot/tracker';
import { expect, test } from 'vitest';
import { KeyFrames } from '../../src/report/key-frames.js';
import { speedPoints, trackPage } from '../../src/report/track-page.js';
import { TrackRecord } from '../../src/report/track-record.js';

const detections: Detections = {
  count: 3,
  boxes: new Float32Array(12),
  scores: new Float32Array(3),
  classes: new Int32Array(3),
  embeddings: new Float32Array(3),
  embeddingSize: 1,
};
const trackOf = (id: number): Track =>
  ({
    id,
    box: [10, 10, 20, 40],
    score: 0.9,
    detection: 0,
    velocity: [0, 0],
    startFrame: 1,
    age: 1,
  }) as unknown as Track;
const frameAt = (index: number) => ({ index, time: (index - 1) / 10, width: 64, height: 64 });

/** Frames with these ids in them. */
function recordOf(frames: readonly (readonly number[])[]): TrackRecord {
  const record = new TrackRecord();
  for (const [index, ids] of frames.entries()) {
    record.add({ frame: frameAt(index + 1), detections, tracks: ids.map(trackOf) });
  }
  return record;
}

test('lives begin, break off and go on as the tracks do', () => {
  const { lives, objects, frames } = recordOf([[1], [1, 2], [2], [1, 2], [1]]);
  expect(lives).toEqual([
    {
      id: 1,
      frames: 4,
      spans: [
        [0, 0.1],
        [0.3, 0.4],
      ],
    },
    { id: 2, frames: 3, spans: [[0.1, 0.3]] },
  ]);
  expect(objects).toEqual({ mean: 1.4, most: 2 });
  expect(frames).toBe(5);
});

test('the page tells how the run went, and escapes names', () => {
  const record = recordOf([[1], [1, 2]]);
  const common = {
    source: '<b>.mp4',
    settings: { model: 'a&b.pth' },
    record,
    pictures: [],
    warnings: ['one picture was damaged'],
  };
  const summary = {
    frames: 2,
    tracks: 2,
    interrupted: true,
    elapsedMs: 500,
    waitForFrameMs: 2,
    waitForNetworkMs: 4,
    trackerMs: 6,
    outputMs: 8,
  };
  const page = trackPage({ ...common, run: { summary, stages: { network: 12.5 } } });
  expect(page).toContain('Tracks of &lt;b&gt;.mp4');
  expect(page).toContain('a&amp;b.pth');
  expect(page).toContain('the run was interrupted');
  expect(page).toContain('one picture was damaged.');
  expect(page).toContain('#2');
  expect(page).toMatch(/network[\s\S]*12\.5/);
  expect(page).not.toMatch(/NaN|undefined|<script/);
  expect(trackPage({ ...common, run: null })).toContain('ended with an error');
});

test('a run without frames or tracks has a page too', () => {
  for (const frames of [[], [[], []]]) {
    const page = trackPage({
      source: 'x',
      settings: {},
      record: recordOf(frames),
      pictures: [],
      run: null,
      warnings: [],
    });
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test('speed is frames by time between moments', () => {
  const moments = [0, 1, 2, 3].map((i) => ({
    time: i,
    tracks: 0,
    detections: 0,
    frames: 10 * i,
    elapsedMs: 200 * i ** 2,
  }));
  expect(speedPoints(moments)).toEqual([
    [0.2, 50],
    [0.8, (1000 * 10) / 600],
    [1.8, 10],
  ]);
});

test('key frames carry boxes and leave the frame as it is', async () => {
  const keyFrames = new KeyFrames();
  const frame = { ...frameAt(1), data: new Uint8Array(3 * 64 * 64) };
  for (let index = 1; index <= 30; index++) {
    await keyFrames.add({ frame: { ...frame, index }, detections, tracks: [trackOf(3)] });
  }
  expect(frame.data.every((value) => value === 0)).toBe(true);
  const { pictures } = keyFrames;
  expect(pictures.map(({ index }) => index)).toEqual([1, 5, 9, 13, 17, 21, 25, 29]);
  for (const { jpeg } of pictures) expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});
