// The network alone: node time-engine.mjs ENGINE [BATCH] [PROFILE.json]
// Median over replays of one CUDA graph, each between two events; with a file name also the time of every layer.
import { writeFileSync } from 'node:fs';
import { Event } from '@trt-fairmot/trt-runtime';
import { openRun, runOnce } from './engine-run.mjs';
import { plugins } from './plugins.mjs';

const [path, batchText = '1', profilePath] = process.argv.slice(2);
const batch = Number(batchText);
const run = await openRun(path, { plugins, batch });
const { context, stream, input } = run;
for (let i = 0; i < input.floats.length; i++) input.floats[i] = Math.random();
await runOnce(run);

const [begin, end] = [await Event.create(), await Event.create()];
async function medianOf(work, runs) {
  const times = [];
  for (let i = 0; i < runs + 20; i++) {
    await begin.record(stream);
    await work();
    await end.record(stream);
    await stream.synchronize();
    if (i >= 20) times.push(end.since(begin));
  }
  times.sort((a, b) => a - b);
  return { median: times[runs >> 1], p99: times[Math.floor(runs * 0.99)], least: times[0] };
}

const graph = await stream.capture(() => context.enqueue(stream));
const replayed = await medianOf(() => graph.launch(stream), 400);
const enqueued = await medianOf(() => context.enqueue(stream), 200);
const text = ({ median, p99, least }) =>
  `median ${median.toFixed(3)} p99 ${p99.toFixed(3)} least ${least.toFixed(3)} ms`;
console.log(
  `${path} batch ${batch}: graph ${text(replayed)} (${(replayed.median / batch).toFixed(3)} an image); enqueued ${text(enqueued)}`,
);
console.log(
  `device memory of a context ${(run.engine.deviceMemorySize / 2 ** 20).toFixed(1)} MiB, ${run.engine.layerCount} layers`,
);

if (profilePath) {
  const rounds = [];
  for (let i = 0; i < 30; i++) rounds.push(await context.profile(stream));
  const layers = rounds[0].map(({ layer }, index) => {
    const times = rounds.map((round) => round[index].milliseconds).sort((a, b) => a - b);
    return { layer, milliseconds: times[times.length >> 1] };
  });
  layers.sort((a, b) => b.milliseconds - a.milliseconds);
  writeFileSync(profilePath, JSON.stringify(layers, null, 1));
  const sum = (pattern) =>
    layers.filter(({ layer }) => pattern.test(layer)).reduce((total, { milliseconds }) => total + milliseconds, 0);
  console.log(`layers ${layers.length}, sum ${sum(/./).toFixed(3)} ms; reformat copies ${sum(/reformat/i).toFixed(3)}`);
  for (const { layer, milliseconds } of layers.slice(0, 30))
    console.log(`  ${milliseconds.toFixed(4)}  ${layer.slice(0, 150)}`);
}
