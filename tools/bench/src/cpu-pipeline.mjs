// The whole CPU pipeline beside its network alone, in one run: node src/cpu-pipeline.mjs [FRAMES] [ROUNDS]
// Ratios of medians over interleaved rounds; the machine should be idle.
import { rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CpuDetector, CpuNetwork } from '@trt-fairmot/cpu-runtime';
import { openSource } from '@trt-fairmot/media';
import { onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { FairmotTracker } from '@trt-fairmot/tracker';
import { openMotOutput, openVideoOutput, trackFrames } from 'trt-fairmot';

const frames = Number(process.argv[2] ?? 100);
const rounds = Number(process.argv[3] ?? 5);
const demo = join(import.meta.dirname, '..', '..', 'demo');
const checkpoint = join(demo, 'fairmot-dla34-half.pth');
const film = join(demo, 'pedestrians.mp4');
const size = { height: 320, width: 576 };
const threads = 2;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function networkAlone(bytes) {
  const network = await CpuNetwork.load(bytes, { threads });
  const input = Float32Array.from({ length: 3 * size.height * size.width }, Math.random);
  const dims = [1, 3, size.height, size.width];
  await network.run(input, dims);
  const started = performance.now();
  for (let i = 0; i < frames; i++) await network.run(input, dims);
  const elapsed = performance.now() - started;
  await network.close();
  return elapsed / frames;
}

async function pipeline(bytes, save) {
  const detector = await CpuDetector.create(bytes, { threads, confidence: 0.3 });
  await detector.detect({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) });
  const source = await openSource(film, { maxFrames: frames });
  const tracker = new FairmotTracker({ confidence: 0.3, frameRate: source.frameRate });
  const path = join(tmpdir(), `fairmot-bench-${process.pid}`);
  const outputs = [await openMotOutput(`${path}.txt`, true)];
  if (save)
    outputs.push(
      await openVideoOutput(`${path}.mp4`, source, { overwrite: true, frameRate: source.frameRate, backend: 'auto' }),
    );
  const started = performance.now();
  await trackFrames({ frames: source, detector, tracker, outputs });
  for (const output of outputs) await output.close();
  const elapsed = performance.now() - started;
  await detector.close();
  for (const extension of ['txt', 'mp4']) rmSync(`${path}.${extension}`, { force: true });
  return elapsed / frames;
}

const dense = (await onnxFromCheckpoint(checkpoint, size)).bytes;
const sparse = (await onnxFromCheckpoint(checkpoint, { ...size, outputs: 'detections' })).bytes;
const cases = {
  'network alone, dense heads': () => networkAlone(dense),
  'network alone, as tracked (heads at the peaks)': () => networkAlone(sparse),
  'pipeline without --save': () => pipeline(sparse, false),
  'pipeline with --save': () => pipeline(sparse, true),
};
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, measure] of Object.entries(cases)) times[name].push(await measure());
}
const results = Object.entries(times).map(([name, values]) => ({
  name,
  ms: median(values),
  least: Math.min(...values),
}));
const [denseResult, sparseResult] = results;
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; ${frames} frames, ${rounds} rounds, ${threads} threads`,
);
for (const { name, ms, least } of results) {
  const ratio = (base) => (ms / base.ms).toFixed(2);
  console.log(
    `${name.padEnd(48)} ${ms.toFixed(1)} ms (least ${least.toFixed(1)})  x${ratio(sparseResult)} of as tracked  x${ratio(denseResult)} of dense`,
  );
}
