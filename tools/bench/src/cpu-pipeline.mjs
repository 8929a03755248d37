// The whole CPU pipeline beside its network alone, in one run: node src/cpu-pipeline.mjs [FRAMES] [ROUNDS]
// Interleaved rounds, medians of their times and of each round's ratios; the machine should be idle.
import { rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CpuDetector, CpuNetwork, convolutionLanes } from '@trt-fairmot/cpu-runtime';
import { openSource } from '@trt-fairmot/media';
import { onnxForCpu, onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
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
const tracked = onnxForCpu(sparse, checkpoint, { lanes: convolutionLanes() });
const cases = {
  'network alone, dense heads': () => networkAlone(dense),
  'network alone, heads at the peaks': () => networkAlone(sparse),
  'network alone, as tracked (CPU form)': () => networkAlone(tracked),
  'pipeline without --save': () => pipeline(tracked, false),
  'pipeline with --save': () => pipeline(tracked, true),
};
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, measure] of Object.entries(cases)) times[name].push(await measure());
}
const [denseTimes, , trackedTimes] = Object.values(times);
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; ${frames} frames, ${rounds} rounds, ${threads} threads`,
);
for (const [name, values] of Object.entries(times)) {
  const ratio = (base) => median(values.map((ms, round) => ms / base[round])).toFixed(2);
  const ms = `${median(values).toFixed(1)} ms (least ${Math.min(...values).toFixed(1)})`;
  console.log(`${name.padEnd(38)} ${ms}  x${ratio(trackedTimes)} of as tracked  x${ratio(denseTimes)} of dense`);
}
