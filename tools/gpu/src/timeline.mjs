// Shows from CUDA events that copies and letterbox of the next batch run while the network of this one does:
//   node tools/gpu/src/timeline.mjs ENGINE [--batch N] [--slots N] [--seconds N] [--size 1920x1080] [--format rgb] [--out DIR]
// Writes DIR/timeline.json and DIR/timeline.svg and prints a line for each goal. Exit code 1 if one is missed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FairmotDetector } from '@trt-fairmot/trt-runtime';
import { plugins } from './plugins.mjs';
import { hiddenShares, median, spansFrom } from './timeline-spans.mjs';
import { svgFromSpans } from './timeline-svg.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '1' },
    slots: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '2' },
    size: { type: 'string', default: '1920x1080' },
    format: { type: 'string', default: 'rgb' },
    out: { type: 'string', default: 'runs/timeline' },
  },
});
const [width, height] = values.size.split('x').map(Number);
const batch = Number(values.batch);
/** Frames from pinned memory for some milliseconds, enough of them on their way. */
async function run(detector, ms) {
  const end = performance.now() + ms;
  const worker = async () => {
    while (performance.now() < end) await (await detector.acquire({ width, height })).detect();
  };
  const started = performance.now();
  const before = detector.stats.frames;
  await Promise.all(Array.from({ length: 2 * Number(values.slots) * batch }, worker));
  return { frames: detector.stats.frames - before, wallMs: performance.now() - started };
}

async function measure(slots, seconds) {
  const timings = [];
  const onTimings = (timing) => timings.push(timing);
  const options = { engine: positionals[0], plugins, batch, slots, inputFormat: values.format, onTimings };
  const detector = await FairmotDetector.create(options);
  await run(detector, 500);
  timings.length = 0;
  const found = await run(detector, 1000 * seconds);
  const { graph, graphError } = detector.stats;
  await detector.close();
  return { timings, graph, graphError, ...found };
}

const meanOf = (timings, stage) =>
  timings.reduce((sum, { stages }) => sum + stages[stage], 0) / timings.reduce((sum, { frames }) => sum + frames, 0);

function goal(passed, text) {
  console.log(`${passed ? 'PASS' : 'FAIL'}  ${text}`);
  if (!passed) process.exitCode = 1;
}

if (positionals.length !== 1) {
  console.error('Expected an engine but received none: node tools/gpu/src/timeline.mjs ENGINE');
  process.exit(2);
}
const slots = Number(values.slots);
// One slot: every stage has the GPU for itself.
const alone = await measure(1, Number(values.seconds) / 2);
const together = await measure(slots, Number(values.seconds));
const spans = spansFrom(together.timings);
const hidden = median(hiddenShares(spans));
const stages = Object.fromEntries(
  ['upload', 'letterbox', 'network', 'decode'].map((s) => [s, meanOf(alone.timings, s)]),
);
const withoutCopies = stages.letterbox + stages.network + stages.decode;
const perFrame = together.wallMs / together.frames;
const ms = (value) => `${value.toFixed(3)} ms`;
console.log(
  `${values.size} ${values.format}, batch ${batch}: ${(1000 / perFrame).toFixed(0)} frames/s with ${slots} slots, graph ${together.graph ? 'yes' : together.graphError}`,
);
console.log(
  `one slot, a frame: ${Object.entries(stages)
    .map(([name, value]) => `${name} ${ms(value)}`)
    .join(', ')}`,
);
goal(
  hidden >= 0.8,
  `${(100 * hidden).toFixed(0)}% of upload and letterbox run while another slot's network does (goal 80%)`,
);
goal(
  perFrame <= 1.1 * withoutCopies,
  `a frame takes ${ms(perFrame)} with its copy, ${ms(withoutCopies)} without (goal 1.1 times)`,
);
goal(
  stages.letterbox + stages.decode <= 0.06,
  `letterbox and decode take ${ms(stages.letterbox + stages.decode)} a frame (goal 0.06 ms)`,
);
mkdirSync(values.out, { recursive: true });
const middle = Math.floor(together.timings.length / 2);
const shown = spans.filter((span) => span.batch >= middle && span.batch < middle + 8);
const about = {
  engine: positionals[0],
  batch,
  slots,
  size: values.size,
  format: values.format,
  framesPerSecond: 1000 / perFrame,
};
writeFileSync(
  join(values.out, 'timeline.json'),
  `${JSON.stringify({ ...about, hidden, stagesAloneMs: stages, frameMs: perFrame, spans: spans.slice(0, 2000) }, null, 1)}\n`,
);
writeFileSync(
  join(values.out, 'timeline.svg'),
  svgFromSpans(shown, `Eight batches of ${batch} (${values.size}), ${slots} slots`),
);
