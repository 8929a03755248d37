// Batched detection against the TypeScript way and against detection one by one.
import { letterboxFromSize, tensorFromImage } from '@trt-fairmot/fairmot-postprocess';
import { FairmotDetector, frameBytes, memoryInfo } from '@trt-fairmot/trt-runtime';
import { largestDifference, largestOf } from '../support/compare.mjs';
import { compare, expectedFor, frameOf, network } from '../support/expected.mjs';
import { detectionsOf } from '../support/onnx-detections.mjs';
import { randomBytes, randomSource } from '../support/random.mjs';
import { errorOf, expect } from '../support/report.mjs';
import { batchEngine, detectionsEngine, fullEngine } from '../support/small-engines.mjs';
import { headsOf, size } from '../support/small-network.mjs';

const sizes = [
  { width: 640, height: 360 },
  { width: 320, height: 240 },
  { width: 200, height: 100 },
  { width: 97, height: 61 },
];
const parts = ['boxes', 'scores', 'classes', 'embeddings'];

export async function checkBatch(report, runs) {
  report.part('tensorrt batch');
  await report.check('a batch of four sizes equals the TypeScript way', checkSizes);
  await report.check('batches of 1 to 8 in any order equal frames one by one', checkOrder);
  await report.check('batches step by step give what graphs give', checkGraph);
  await report.check('nv12 in a batch equals nv12 one by one', checkFormat);
  await report.check('an engine for 4 or more runs fewer', checkFull);
  await report.check('an engine that decodes itself, in batches and one by one', checkDetections);
  await report.check('a quiet stream is served beside a busy one', checkFairness);
  await report.check('closing finishes what runs and turns away the rest', checkClose);
  await report.check('a batch the engine does not take is refused', checkMisuse);
  await report.check(`${runs} frames of four streams without growth of memory`, () => checkGrowth(runs));
}

const framesOf = (seed, count) => {
  const random = randomSource(seed);
  return Array.from({ length: count }, (_, i) => frameOf(random, sizes[i % sizes.length]));
};
const detectAll = (detector, frames) => Promise.all(frames.map((frame) => detector.detect(frame)));

async function checkSizes() {
  const detector = await FairmotDetector.create({ engine: await batchEngine(), batch: 8, maxDelayMs: 50 });
  const frames = framesOf(21, 16);
  const answers = await detectAll(detector, frames);
  let worst = {};
  answers.forEach((actual, i) => {
    worst = largestOf(worst, compare(actual, expectedFor(frames[i])));
  });
  const { batches, graph, graphError } = detector.stats;
  await detector.close();
  expect(graph, `expected a CUDA graph but received ${graphError}`);
  expect(batches === 2, `expected 2 batches but received ${batches}`);
  return { detections: answers.reduce((sum, { count }) => sum + count, 0), ...worst };
}

/** The same frames through two detectors, in bursts of the given numbers. @returns largest differences */
async function differencesBetween(first, second, bursts, frames) {
  let worst = {};
  let from = 0;
  for (const count of bursts) {
    const burst = Array.from({ length: count }, (_, i) => frames[(from + i) % frames.length]);
    from += count;
    const answers = await Promise.all([first, second].map((detector) => detectAll(detector, burst)));
    burst.forEach((_, i) => {
      worst = largestOf(worst, compare(answers[0][i], answers[1][i]));
    });
  }
  return worst;
}

async function checkOrder() {
  const engine = await batchEngine();
  const single = await FairmotDetector.create({ engine });
  const batched = await FairmotDetector.create({ engine, batch: 8, maxDelayMs: 20 });
  const random = randomSource(22);
  const bursts = [8, 1, 5, 8, 2, 1, 7, 3, 8, 4, 6, ...Array.from({ length: 20 }, () => random.whole(1, 8))];
  const worst = await differencesBetween(batched, single, bursts, framesOf(23, 12));
  const { frames, batches, graphError } = batched.stats;
  await Promise.all([single.close(), batched.close()]);
  return { frames, batches, ...worst, graphError: graphError ?? 'none' };
}

async function checkGraph() {
  const engine = await batchEngine();
  const [plain, graph] = await Promise.all(
    [false, true].map((use) => FairmotDetector.create({ engine, batch: 4, graph: use, maxDelayMs: 20 })),
  );
  const frames = framesOf(24, 4);
  for (let round = 0; round < 4; round++) {
    const [a, b] = await Promise.all([detectAll(plain, frames), detectAll(graph, frames)]);
    for (const part of parts) {
      frames.forEach((_, i) => {
        expect(largestDifference(a[i][part], b[i][part]) === 0, `round ${round}, frame ${i} differs in ${part}`);
      });
    }
  }
  await Promise.all([plain.close(), graph.close()]);
}

async function checkFormat() {
  const engine = await batchEngine();
  const inputFormat = 'nv12-bt709';
  const single = await FairmotDetector.create({ engine, inputFormat });
  const batched = await FairmotDetector.create({ engine, inputFormat, batch: 4, maxDelayMs: 20 });
  const random = randomSource(25);
  const frames = sizes.map((frame) => ({ ...frame, data: randomBytes(random, frameBytes(inputFormat, frame)) }));
  const worst = await differencesBetween(batched, single, [4, 3, 4], frames);
  await Promise.all([single.close(), batched.close()]);
  return worst;
}

async function checkFull() {
  const detector = await FairmotDetector.create({ engine: await fullEngine(), batch: 6, maxDelayMs: 5 });
  const frames = framesOf(26, 6);
  let worst = {};
  for (const count of [1, 6, 2, 5]) {
    const answers = await detectAll(detector, frames.slice(0, count));
    answers.forEach((actual, i) => {
      worst = largestOf(worst, compare(actual, expectedFor(frames[i])));
    });
  }
  await detector.close();
  return worst;
}

/** What the network with its decode inside should give, in the network's pixels. */
function expectedDetections(frame, confidence) {
  const input = tensorFromImage(frame, letterboxFromSize(frame, size));
  return detectionsOf(headsOf(network, input), confidence);
}

async function checkDetections() {
  const engine = await detectionsEngine();
  // A frame of the network's own size has boxes in the network's own pixels.
  const random = randomSource(27);
  const frames = Array.from({ length: 11 }, () => frameOf(random, size));
  const figures = {};
  for (const batch of [1, 8]) {
    const detector = await FairmotDetector.create({ engine, batch, confidence: 0.4, maxDelayMs: 20 });
    const answers = await detectAll(detector, frames);
    let worst = {};
    answers.forEach((actual, i) => {
      worst = largestOf(worst, compare(actual, expectedDetections(frames[i], 0.4)));
    });
    await detector.close();
    figures[`batch ${batch}`] = worst;
    figures.detections = answers.reduce((sum, { count }) => sum + count, 0);
  }
  return figures;
}

async function checkFairness() {
  const detector = await FairmotDetector.create({ engine: await batchEngine(), batch: 8 });
  const [busy, quiet] = [detector.stream(), detector.stream()];
  const [frame] = framesOf(28, 1);
  const order = [];
  const run = (stream, name, count) =>
    Array.from({ length: count }, () => stream.detect(frame).then(() => order.push(name)));
  await Promise.all([...run(busy, 'busy', 400), ...run(quiet, 'quiet', 40)]);
  await detector.close();
  const last = order.lastIndexOf('quiet');
  expect(last < 160, `the quiet stream's last frame was number ${last} of ${order.length}`);
  return { last, frames: order.length };
}

async function checkClose() {
  const detector = await FairmotDetector.create({ engine: await batchEngine(), batch: 2, maxDelayMs: 10_000 });
  const frames = framesOf(29, 13);
  const settling = Promise.allSettled(frames.map((frame) => detector.detect(frame)));
  await new Promise((resolve) => setTimeout(resolve, 1));
  await detector.close();
  const settled = await settling;
  const count = (status) => settled.filter((result) => result.status === status).length;
  expect(
    settled.every(({ reason }) => reason === undefined || /closed/.test(reason.message)),
    'expected closed errors',
  );
  expect(count('fulfilled') >= 6, `expected the frames with a place but only ${count('fulfilled')} were finished`);
  return { finished: count('fulfilled'), turnedAway: count('rejected') };
}

async function checkMisuse() {
  const engine = await batchEngine();
  const error = await errorOf(FairmotDetector.create({ engine, batch: 9 }), 'batch 9');
  expect(/9/.test(error.message) && error.hint, String(error));
  return { message: error.message };
}

async function checkGrowth(runs) {
  const detector = await FairmotDetector.create({ engine: await batchEngine(), batch: 8 });
  const streams = sizes.map(() => detector.stream());
  const frames = framesOf(30, sizes.length);
  const run = async (count) => {
    const each = Math.ceil(count / (4 * streams.length));
    const endless = async (stream, frame) => {
      for (let i = 0; i < each; i++) await stream.detect(frame);
    };
    // Four frames of each stream on their way.
    await Promise.all(streams.flatMap((stream, i) => Array.from({ length: 4 }, () => endless(stream, frames[i]))));
    globalThis.gc?.();
    return { free: (await memoryInfo()).free, rss: process.memoryUsage().rss };
  };
  const before = await run(runs / 10);
  const started = performance.now();
  const after = await run(runs);
  const seconds = (performance.now() - started) / 1000;
  const { frames: count, batches } = detector.stats;
  await detector.close();
  const figures = {
    framesPerSecond: runs / seconds,
    framesPerBatch: count / batches,
    deviceLost: before.free - after.free,
    hostGrowth: after.rss - before.rss,
  };
  expect(figures.deviceLost <= 2 << 20, `device memory: ${figures.deviceLost} bytes gone`);
  expect(figures.hostGrowth <= 32 << 20, `host memory: ${figures.hostGrowth} bytes more`);
  return figures;
}
