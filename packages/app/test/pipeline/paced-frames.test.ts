import type { Frame, FrameSource } from '@trt-fairmot/media';
import { describe, expect, test } from 'vitest';
import { loopedFrames } from '../../src/pipeline/looped-frames.js';
import { pacedFrames } from '../../src/pipeline/paced-frames.js';
import { shownNames } from '../../src/pipeline/served-source.js';

const frameAt = (index: number, frameRate: number): Frame => ({
  index,
  time: (index - 1) / frameRate,
  width: 1,
  height: 1,
  data: new Uint8Array(3),
});

async function* film(count: number, frameRate: number): AsyncGenerator<Frame> {
  for (let index = 1; index <= count; index++) yield frameAt(index, frameRate);
}

describe('pacedFrames', () => {
  test('no frame comes before its time', async () => {
    const started = performance.now();
    for await (const { time } of pacedFrames(film(12, 100))) {
      expect(performance.now() - started).toBeGreaterThanOrEqual(time * 1000 - 2);
    }
  });

  test('an abort ends the wait', async () => {
    const controller = new AbortController();
    let count = 0;
    for await (const _ of pacedFrames(film(3, 1e-6), controller.signal)) {
      count++;
      controller.abort();
    }
    expect(count).toBe(1);
  });
});

describe('loopedFrames', () => {
  const source = (count: number): FrameSource =>
    Object.assign(film(count, 10), { frameRate: 10 }) as unknown as FrameSource;

  test('numbers and times go on', async () => {
    const seen: Frame[] = [];
    for await (const frame of loopedFrames(source(4), async () => source(4), new AbortController().signal)) {
      seen.push(frame);
      if (seen.length === 10) break;
    }
    expect(seen.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { index, time } of seen) expect(time).toBeCloseTo((index - 1) / 10, 9);
  });

  test('an abort ends at the end of a round', async () => {
    const controller = new AbortController();
    let count = 0;
    for await (const _ of loopedFrames(source(3), async () => source(3), controller.signal)) {
      if (++count === 5) controller.abort();
    }
    expect(count).toBe(6);
  });
});

test('names of sources as people know them', () => {
  const sources = ['/films/street.mp4', 'other/street.mp4', 'rtsp://me:secret@cam/1', '0', 'frames/', 'a/*.jpg'];
  expect(shownNames(sources)).toEqual(['street.mp4', 'street.mp4 (2)', 'rtsp://cam/1', 'camera 0', 'frames', '*.jpg']);
});
