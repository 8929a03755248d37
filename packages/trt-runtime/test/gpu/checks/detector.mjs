// FairmotDetector on the small network against the TypeScript way: letterbox, network, decode.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FairmotDetector, frameBytes, memoryInfo, nativeErrorCode } from '@trt-fairmot/trt-runtime';
import { buildQuickly } from '../support/build-quickly.mjs';
import { largestDifference, largestOf } from '../support/compare.mjs';
import { compare, expectedFor, frameOf, network } from '../support/expected.mjs';
import { rgbFromNv12 } from '../support/nv12.mjs';
import { randomBytes, randomSource } from '../support/random.mjs';
import { errorOf, expect } from '../support/report.mjs';
import { smallEngine } from '../support/small-engines.mjs';
import { onnxOf } from '../support/small-network.mjs';

const sizes = [
  { width: 640, height: 360 },
  { width: 320, height: 240 },
  { width: 200, height: 100 },
];

export async function checkDetector(report, runs) {
  report.part('tensorrt detector');
  await report.check('detect equals the TypeScript way, three sizes, three slots', async () =>
    checkDetections(await smallEngine()),
  );
  await report.check('step by step gives what the graph gives', async () => checkGraph(await smallEngine()));
  await report.check('frames in nv12 and bgr', async () => checkFormats(await smallEngine()));
  await report.check('acquire and write into pinned memory', async () => checkAcquire(await smallEngine()));
  await report.check('frames and engines that do not fit are refused', async () => checkMisuse(await smallEngine()));
  await report.check('two detectors at the same time', async () => checkTwo(await smallEngine()));
  await report.check('timings add up', async () => checkTimings(await smallEngine()));
  await report.check(`${runs} frames without growth of memory`, async () => checkGrowth(await smallEngine(), runs));
  await report.check('detectors give their memory back', async () => checkMemory(await smallEngine()));
  await report.check('a program that closes nothing ends by itself', async () => checkExit(await smallEngine()));
  await report.check('a worker thread can use a GPU and be ended', checkWorker);
}

async function checkDetections(engine) {
  const detector = await FairmotDetector.create({ engine, slots: 3 });
  const random = randomSource(5);
  const frames = Array.from({ length: 18 }, (_, i) => frameOf(random, sizes[i % sizes.length]));
  const answers = await Promise.all(frames.map((frame) => detector.detect(frame)));
  let worst = {};
  answers.forEach((actual, i) => {
    worst = largestOf(worst, compare(actual, expectedFor(frames[i])));
  });
  const { graph, graphError, frames: count } = detector.stats;
  await detector.close();
  expect(graph, `expected a CUDA graph but received ${graphError}`);
  expect(count === frames.length, `expected ${frames.length} frames but received ${count}`);
  return { detections: answers.reduce((sum, { count: n }) => sum + n, 0), ...worst };
}

async function checkGraph(engine) {
  const [plain, graph] = await Promise.all([
    FairmotDetector.create({ engine, graph: false, confidence: 0 }),
    FairmotDetector.create({ engine, confidence: 0 }),
  ]);
  const random = randomSource(6);
  for (let i = 0; i < 6; i++) {
    const frame = frameOf(random, sizes[0]);
    const [a, b] = await Promise.all([plain.detect(frame), graph.detect(frame)]);
    for (const part of ['boxes', 'scores', 'classes', 'embeddings']) {
      expect(largestDifference(a[part], b[part]) === 0, `frame ${i} differs in ${part}`);
    }
  }
  await Promise.all([plain.close(), graph.close()]);
}

async function checkFormats(engine) {
  const random = randomSource(8);
  const figures = {};
  for (const inputFormat of ['bgr', 'nv12-bt601', 'nv12-bt709']) {
    const detector = await FairmotDetector.create({ engine, inputFormat });
    const data = randomBytes(random, frameBytes(inputFormat, sizes[0]));
    const rgb =
      inputFormat === 'bgr'
        ? data.map((_, i) => data[i - (i % 3) + 2 - (i % 3)])
        : rgbFromNv12(data, sizes[0], inputFormat);
    const found = compare(await detector.detect({ ...sizes[0], data }), expectedFor({ ...sizes[0], data: rgb }));
    figures[inputFormat] = found.scores;
    await detector.close();
  }
  return figures;
}

async function checkAcquire(engine) {
  const detector = await FairmotDetector.create({ engine });
  const frame = frameOf(randomSource(9), sizes[1]);
  const unused = await detector.acquire(sizes[0]);
  unused.release();
  const slot = await detector.acquire(sizes[1]);
  slot.data.set(frame.data);
  const found = compare(await slot.detect(), expectedFor(frame));
  await errorOf(slot.detect(), 'a slot used twice');
  const kept = await detector.acquire(sizes[1]);
  await detector.close();
  expect(kept.data.length === 0, 'expected detached memory after close');
  return found;
}

async function checkMisuse(engine) {
  const detector = await FairmotDetector.create({ engine });
  const messages = {};
  messages.short = (
    await errorOf(detector.detect({ width: 64, height: 64, data: new Uint8Array(10) }), 'short frame')
  ).message;
  messages.thin = (
    await errorOf(detector.detect({ width: 1, height: 100_000, data: new Uint8Array(300_000) }), 'thin frame')
  ).message;
  const frame = frameOf(randomSource(1), sizes[0]);
  const late = detector.detect(frame);
  await detector.close();
  await late;
  messages.closed = (await errorOf(detector.detect(frame), 'closed detector')).message;
  const { hm, wh, ...others } = network;
  const other = await buildQuickly(onnxOf({ hm, other: wh, ...others }));
  messages.engine = (await errorOf(FairmotDetector.create({ engine: other.engine }), 'other engine')).message;
  const memory = await errorOf(FairmotDetector.create({ engine, device: 99 }), 'device 99');
  expect(nativeErrorCode(memory) === 'CUDA_NO_DEVICE', String(memory));
  return messages;
}

async function checkTwo(engine) {
  const detectors = await Promise.all([
    FairmotDetector.create({ engine }),
    FairmotDetector.create({ engine, slots: 4 }),
  ]);
  const random = randomSource(10);
  const frames = Array.from({ length: 40 }, () => frameOf(random, sizes[2]));
  const answers = await Promise.all(
    detectors.map((detector) => Promise.all(frames.map((frame) => detector.detect(frame)))),
  );
  frames.forEach((_, i) => {
    expect(largestDifference(answers[0][i].boxes, answers[1][i].boxes) === 0, `frame ${i} differs`);
  });
  await Promise.all(detectors.map((detector) => detector.close()));
}

async function checkTimings(engine) {
  const detector = await FairmotDetector.create({ engine, timings: true });
  const frame = frameOf(randomSource(12), { width: 1920, height: 1080 });
  for (let i = 0; i < 50; i++) await detector.detect(frame);
  const { stages, latencyMs } = detector.stats;
  const sum = stages.upload + stages.letterbox + stages.network + stages.decode;
  expect(Math.abs(sum - stages.total) < 0.02 + 0.1 * stages.total, `stages ${sum}, total ${stages.total}`);
  await detector.close();
  return { ...stages, latencyMs };
}

async function checkGrowth(engine, runs) {
  const detector = await FairmotDetector.create({ engine, slots: 2 });
  const frame = frameOf(randomSource(13), sizes[0]);
  const run = async (count) => {
    for (let i = 0; i < count; i += 4) await Promise.all([0, 1, 2, 3].map(() => detector.detect(frame)));
    globalThis.gc?.();
    return { free: (await memoryInfo()).free, rss: process.memoryUsage().rss };
  };
  const before = await run(runs / 10);
  const started = performance.now();
  const after = await run(runs);
  const figures = {
    deviceLost: before.free - after.free,
    hostGrowth: after.rss - before.rss,
    framesPerSecond: (1000 * runs) / (performance.now() - started),
  };
  await detector.close();
  expect(figures.deviceLost <= 2 << 20, `device memory: ${figures.deviceLost} bytes gone`);
  expect(figures.hostGrowth <= 32 << 20, `host memory: ${figures.hostGrowth} bytes more`);
  return figures;
}

async function checkMemory(engine) {
  const round = async () => {
    const detector = await FairmotDetector.create({ engine });
    await detector.detect(frameOf(randomSource(2), sizes[0]));
    await detector.close();
  };
  for (let i = 0; i < 3; i++) await round();
  const before = await memoryInfo();
  for (let i = 0; i < 20; i++) await round();
  const lost = before.free - (await memoryInfo()).free;
  expect(lost <= 4 << 20, `expected the memory back but ${lost} bytes are gone`);
  return { lost };
}

async function checkExit(engine) {
  const file = join(tmpdir(), `trt-fairmot-${process.pid}.engine`);
  writeFileSync(file, engine);
  const child = spawnSync(process.execPath, [process.argv[1], '--leave-open', file], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(child.status === 0, `expected exit 0 but received ${child.status ?? child.signal}: ${child.stderr}`);
  return { output: child.stdout.trim() };
}

/** The other side of `checkExit`. */
export async function leaveOpen(file) {
  const detector = await FairmotDetector.create({ engine: file });
  const { count } = await detector.detect(frameOf(randomSource(2), sizes[0]));
  console.log(`${count} detections, nothing closed`);
}

async function checkWorker() {
  const worker = new Worker(process.argv[1], { argv: ['--worker'] });
  const exit = new Promise((resolve) => worker.on('exit', resolve));
  const message = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  await exit;
  return { message };
}
