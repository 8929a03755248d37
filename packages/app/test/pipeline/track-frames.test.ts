import { ZoneCounter } from '@trt-fairmot/counting';
import type { Detections } from '@trt-fairmot/fairmot-postprocess';
import type { Frame } from '@trt-fairmot/media';
import { FairmotTracker } from '@trt-fairmot/tracker';
import { expect, test } from 'vitest';
import type { FrameResult, Output } from '../../src/output/output.js';
import { trackFrames } from '../../src/pipeline/track-frames.js';

const frameAt = (index: number): Frame => ({
  index,
  time: index / 10,
  width: 64,
  height: 64,
  data: new Uint8Array(64 * 64 * 3),
});

async function* film(count: number, failAfter = Number.POSITIVE_INFINITY): AsyncGenerator<Frame> {
  for (let index = 1; index <= count; index++) {
    if (index > failAfter) throw new Error('damaged');
    yield frameAt(index);
  }
}

/** One person who walks right by two pixels a frame. */
const personAt = (index: number): Detections => ({
  count: 1,
  boxes: Float32Array.of(2 * index, 10, 2 * index + 20, 60),
  scores: Float32Array.of(0.9),
  classes: new Int32Array(1),
  embeddings: Float32Array.of(1, 0),
  embeddingSize: 2,
});

/** Answers after a random wait, and keeps how many calls were open at once. */
function slowDetector() {
  let asked = 0;
  let open = 0;
  const seen = { mostOpen: 0 };
  let last: Promise<unknown> = Promise.resolve();
  const detect = () => {
    const index = ++asked;
    open += 1;
    seen.mostOpen = Math.max(seen.mostOpen, open);
    const answer = last.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
      open -= 1;
      return personAt(index);
    });
    last = answer;
    return answer;
  };
  return { detect, seen };
}

function recorder(): Output & { results: FrameResult[] } {
  const results: FrameResult[] = [];
  return { results, write: async (result) => void results.push(result), close: async () => {}, abort: async () => {} };
}

const settings = () => ({ tracker: new FairmotTracker({ frameRate: 10 }) });

test('results come in order, each with the frame it belongs to, whatever the depth', async () => {
  for (const inFlight of [1, 2, 4]) {
    const output = recorder();
    const detector = slowDetector();
    const summary = await trackFrames({ frames: film(30), detector, outputs: [output], inFlight, ...settings() });
    expect(output.results.map(({ frame }) => frame.index)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    for (const { frame, detections } of output.results) expect(detections.boxes[0]).toBe(2 * frame.index);
    expect(detector.seen.mostOpen).toBe(inFlight);
    expect(summary).toMatchObject({ frames: 30, tracks: 1, interrupted: false });
  }
});

test('what is shown is counted, frame by frame', async () => {
  const output = recorder();
  const zones = {
    lines: [
      {
        name: 'middle',
        points: [
          [32, 0],
          [32, 64],
        ] as const,
      },
    ],
  };
  const counter = new ZoneCounter(zones, { width: 64, height: 64 });
  await trackFrames({ frames: film(20), detector: slowDetector(), counter, outputs: [output], ...settings() });
  const crossings = output.results.flatMap(({ frame, counts }) => counts!.crossings.map((one) => [frame.index, one]));
  expect(crossings).toEqual([[expect.any(Number), { line: 'middle', id: 1, direction: 'out' }]]);
  expect(output.results.at(-1)?.counts?.lines).toEqual([{ name: 'middle', in: 0, out: 1 }]);
});

test('a damaged source gives the frames before the damage, then its error', async () => {
  const output = recorder();
  const run = trackFrames({ frames: film(30, 12), detector: slowDetector(), outputs: [output], ...settings() });
  await expect(run).rejects.toThrow('damaged');
  expect(output.results).toHaveLength(12);
});

test('a detector that fails ends the run with its error and closes the source', async () => {
  let closed = false;
  async function* watched() {
    try {
      yield* film(100);
    } finally {
      closed = true;
    }
  }
  const detector = { detect: () => Promise.reject(new Error('out of memory')) };
  await expect(trackFrames({ frames: watched(), detector, outputs: [], ...settings() })).rejects.toThrow(
    'out of memory',
  );
  expect(closed).toBe(true);
});

test('an abort stops pulling, writes what is under way and says so', async () => {
  const controller = new AbortController();
  const output = recorder();
  const onFrame = (frame: Frame) => frame.index === 5 && controller.abort();
  const summary = await trackFrames({
    frames: film(1000),
    detector: slowDetector(),
    outputs: [output],
    signal: controller.signal,
    onFrame,
    ...settings(),
  });
  expect(summary.interrupted).toBe(true);
  expect(output.results.length).toBeGreaterThanOrEqual(5);
  expect(output.results.length).toBeLessThan(10);
  expect(summary.frames).toBe(output.results.length);
});
