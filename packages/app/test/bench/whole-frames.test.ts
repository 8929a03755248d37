import type { Detections } from '@trt-fairmot/fairmot-postprocess';
import { expect, test } from 'vitest';
import { streetImage } from '../../src/bench/frames.js';
import type { BenchStream } from '../../src/bench/streams.js';
import { allStreams, frameByFrame } from '../../src/bench/whole-frames.js';

const frames = {
  width: 32,
  height: 32,
  origin: 'a test',
  images: Array.from({ length: 3 }, (_, index) => streetImage(32, 32, index)),
};
const person: Detections = {
  count: 1,
  boxes: Float32Array.of(2, 2, 14, 30),
  scores: Float32Array.of(0.9),
  classes: new Int32Array(1),
  embeddings: Float32Array.of(1, 0),
  embeddingSize: 2,
};
const timing = { warmUpMs: 0, durationMs: 60, leastRuns: 6 };

/** Answers one frame after the other, each after a wait; says that its stages took what it was told. */
function streamOf(waitMs: number, networkMs: readonly number[] = [1]) {
  let last: Promise<unknown> = Promise.resolve();
  let [submitted, open, mostOpen, sum] = [0, 0, 0, 0];
  const stream: BenchStream = {
    submit: async () => {
      sum += networkMs[submitted % networkMs.length] ?? 0;
      submitted += 1;
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      const answer = last.then(async () => {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        open -= 1;
        return person;
      });
      last = answer;
      return { started: performance.now(), answer };
    },
    stages: () => ({ network: sum / submitted }),
  };
  return { stream, seen: () => ({ submitted, mostOpen }) };
}

test('one frame at a time: each stage has the time of its own frame, and the whole holds the wait', async () => {
  const { stream, seen } = streamOf(3, [1, 5]);
  const { stages, tracks } = await frameByFrame(stream, frames, 0.4, timing);
  expect(seen().mostOpen).toBe(1);
  expect(stages.network?.min).toBeCloseTo(1, 6);
  expect(stages.network?.max).toBeCloseTo(5, 6);
  expect(stages['whole frame']?.min).toBeGreaterThanOrEqual(2);
  expect(Object.keys(stages)).toEqual(['network', 'tracker', 'whole frame']);
  expect(tracks).toBeCloseTo(1, 1);
});

test('all streams: as many frames on their way as asked for, and the slow stream shows', async () => {
  const [fast, slow] = [streamOf(2), streamOf(20)];
  const result = await allStreams({ streams: [fast.stream, slow.stream], inFlight: 3, batch: 1 }, frames, 0.4, {
    ...timing,
    durationMs: 300,
  });
  expect(fast.seen().mostOpen).toBe(3);
  expect(slow.seen().mostOpen).toBe(3);
  expect(result.leastShare + result.mostShare).toBeCloseTo(2, 6);
  expect(result.leastShare).toBeLessThan(0.6);
  const [quick, tardy] = result.streams;
  expect(quick?.frames).toBeGreaterThan(2 * (tardy?.frames ?? Number.POSITIVE_INFINITY));
  expect(tardy?.longestGap).toBeGreaterThanOrEqual(15);
  expect(result.framesPerSecond).toBeCloseTo(((quick?.frames ?? 0) + (tardy?.frames ?? 0)) / result.seconds, 6);
});

test('slow networks are measured until there are results enough', async () => {
  const { stream } = streamOf(25);
  const { streams } = await allStreams({ streams: [stream], inFlight: 1, batch: 1 }, frames, 0.4, {
    warmUpMs: 0,
    durationMs: 1,
    leastRuns: 4,
  });
  expect(streams[0]?.frames).toBe(4);
});

test('an interrupted run ends with what there is', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 40);
  const result = await allStreams({ streams: [streamOf(5).stream], inFlight: 2, batch: 1 }, frames, 0.4, {
    ...timing,
    durationMs: 60_000,
    signal: controller.signal,
  });
  expect(result.seconds).toBeLessThan(10);
  expect(result.streams[0]?.frames).toBeGreaterThan(0);
});
