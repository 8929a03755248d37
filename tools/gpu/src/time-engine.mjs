// The network alone: node time-engine.mjs ENGINE [BATCH] [PROFILE.json]
// Median over replays of one CUDA graph, each between two events; with a file name also the time of every layer.
import { writeFileSync } from 'node:fs';
import { openRun, runOnce } from './engine-run.mjs';
import { plugins } from './plugins.mjs';
import { timesOf } from './timing.mjs';

const [path, batchText = '1', profilePath] = process.argv.slice(2);
const batch = Number(batchText);
const run = await openRun(path, { plugins, batch });
const { context, stream, input } = run;
for (let i = 0; i < input.floats.length; i++) input.floats[i] = Math.random();
await runOnce(run);

const graph = await stream.capture(() => context.enqueue(stream));
const replayed = await timesOf(stream, () => graph.launch(stream), 400);
const enqueued = await timesOf(stream, () => context.enqueue(stream), 200);
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
