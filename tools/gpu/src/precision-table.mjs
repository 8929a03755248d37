// One network as fp32, fp16 and int8 engines, in one run: node src/precision-table.mjs CHECKPOINT HEIGHTxWIDTH [options]
//   --calibration FILE   of fairmot quantize --calib-cache, for int8
//   --precisions LIST    default fp32,fp16,int8; int8/PATTERN+PATTERN keeps layers in fp16, int8:METHOD takes another method,
//                        int8-apart lets plugins take values before quantisation
//   --engines FOLDER     engines are read from and written to it (default runs/precision)
//   --timing-cache FILE  tactics measured before (default: one for each network and size in the folder of the engines)
//   --opt N              batch the engines are tuned for (default 1; the profile is 1 to 8)
//   --film FILE          film, or NAME-WxH.rgb of raw frames (default: the demo film); --rate its frame rate (default 10)
//   --truth FILE         MOTChallenge ground truth of the film, for MOTA, IDF1 and HOTA
//   --heads              also errors of the heads, of engines built beside them without the pass peak-heads
//   --disable-pass LIST  passes to leave out of all engines; --json FILE the table; --confidence (default 0.3)
// Latency, size and tracks are those of engines as they are used, with every pass. Latency is that of the network alone,
// replayed as a CUDA graph; errors of the heads are relative to the first precision's on every 20th frame. A step that fails
// is told and left out.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { letterboxFromSize, tensorFromImage } from '@trt-fairmot/fairmot-postprocess';
import { onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { FairmotTracker, motLine, tracksForOutput } from '@trt-fairmot/tracker';
import {
  engineFromOnnx,
  headErrors,
  pluginLibraryPath,
  quantizedLayers,
  rangesFrom,
  readCalibration,
  saveEngine,
} from '@trt-fairmot/trt-builder';
import { FairmotDetector } from '@trt-fairmot/trt-runtime';
import { openRun, runOnce } from './engine-run.mjs';
import { framesOf } from './film.mjs';
import { timesOf } from './timing.mjs';

const text = { type: 'string' };
const names = [
  'calibration',
  'precisions',
  'engines',
  'timing-cache',
  'opt',
  'film',
  'rate',
  'truth',
  'disable-pass',
  'json',
  'confidence',
];
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { heads: { type: 'boolean', default: false }, ...Object.fromEntries(names.map((name) => [name, text])) },
});
const [checkpoint, sizeText = '608x1088'] = positionals;
const [height, width] = sizeText.split('x').map(Number);
const folder = flags.engines ?? join('runs', 'precision');
const network = `${basename(checkpoint, extname(checkpoint))}-${sizeText}`;
const timingCache = flags['timing-cache'] ?? join(folder, `${network}.tactics`);
const optBatch = Number(flags.opt ?? 1);
const film = flags.film ?? join(import.meta.dirname, '..', '..', 'demo', 'pedestrians.mp4');
const precisions = (flags.precisions ?? 'fp32,fp16,int8').split(',');
const confidence = Number(flags.confidence ?? 0.3);
const plugins = [pluginLibraryPath()].filter(Boolean);
const sampled = 20;

async function quantization(model, variant) {
  const [, apart, method = 'min-max', patterns] = /^int8(-apart)?(?::([\w-]+))?(?:\/(.*))?$/.exec(variant);
  const calibration = await readCalibration(flags.calibration);
  const layers = quantizedLayers(model.graph, { keep: patterns?.split('+') ?? [] });
  return { layers, rangeOf: rangesFrom(calibration, { method }), apart: apart !== undefined };
}

/** Builds what is not there yet. */
async function engineOf(variant, disabled = []) {
  const disablePass = [...(flags['disable-pass']?.split(',') ?? []), ...disabled];
  const words = [network, variant, `opt${optBatch}`, ...disablePass.map((name) => `no-${name}`)];
  const path = join(folder, `${words.join('-').replaceAll(/[^\w.-]+/g, '_')}.engine`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const { bytes } = await onnxFromCheckpoint(checkpoint, { height, width, batch: 'dynamic' });
  const precision = variant.replace(/[-:/].*/, '');
  const options = { precision, maxBatch: 8, optBatch, timingCache, disablePass };
  const hooks = { name: checkpoint, quantization: (model) => quantization(model, variant) };
  const built = await engineFromOnnx(bytes, options, hooks);
  await saveEngine(path, built);
  const passes = built.reports.map(({ pass, changed }) => `${pass} ${changed}`).join(', ');
  console.error(`built ${path} in ${built.manifest.build.seconds} s: ${passes}`);
  for (const { pass, notes } of built.reports) for (const note of notes) console.error(`  ${pass}: ${note}`);
  return path;
}

async function latency(path, batch) {
  const run = await openRun(path, { plugins, batch });
  for (let i = 0; i < run.input.floats.length; i++) run.input.floats[i] = Math.random();
  await runOnce(run);
  const graph = await run.stream.capture(() => run.context.enqueue(run.stream));
  return timesOf(run.stream, () => graph.launch(run.stream), 200);
}

/** Copies of the outputs of every 20th frame. */
async function headsOf(path) {
  const run = await openRun(path, { plugins });
  const samples = [];
  let index = 0;
  for await (const frame of framesOf(film)) {
    if (index++ % sampled > 0) continue;
    run.input.floats.set(tensorFromImage(frame, letterboxFromSize(frame, { height, width })));
    await runOnce(run);
    const outputs = Object.entries(run.ports).filter(([, { mode }]) => mode === 'output');
    samples.push(Object.fromEntries(outputs.map(([name, { floats }]) => [name, floats.slice()])));
  }
  return samples;
}

async function tracksOf(path) {
  const detector = await FairmotDetector.create({ engine: path, plugins, confidence });
  const tracker = new FairmotTracker({ confidence, frameRate: Number(flags.rate ?? 10) });
  const lines = [];
  let frame = 0;
  try {
    for await (const image of framesOf(film)) {
      frame += 1;
      const tracks = tracksForOutput(tracker.update(await detector.detect(image)));
      lines.push(...tracks.map((track) => motLine(frame, track)));
    }
  } finally {
    await detector.close();
  }
  return `${lines.join('\n')}\n`;
}

async function accuracyOf(tracks) {
  const { evaluate, rowsFromMotText, sequenceFromRows } = await import('@trt-fairmot/evaluation');
  const truth = rowsFromMotText(readFileSync(flags.truth, 'utf8'), flags.truth);
  const { clear, identity, hota } = evaluate(sequenceFromRows(truth, rowsFromMotText(tracks, 'tracks')));
  const percent = { MOTA: clear.MOTA, IDF1: identity.IDF1, HOTA: hota.HOTA };
  const rounded = Object.entries(percent).map(([name, value]) => [name, Number((100 * value).toFixed(2))]);
  return { ...Object.fromEntries(rounded), switches: clear.IDSW };
}

/** The result of a step, or undefined with its error told. */
async function tried(what, step) {
  try {
    return await step();
  } catch (error) {
    console.error(`${what} failed: ${error.message}`);
    process.exitCode = 1;
    return undefined;
  }
}

let reference;

/** Errors of an engine whose heads are whole maps; the heat map may come from its plugin. */
async function errorsOf(variant) {
  // fp32 engines never have that pass
  const heads = await headsOf(await engineOf(variant, variant === 'fp32' ? [] : ['peak-heads']));
  reference ??= heads;
  return headErrors(reference, heads);
}

const table = {};
for (const variant of precisions) {
  const path = await tried(`${variant}: building`, () => engineOf(variant));
  if (!path) continue;
  const row = { engine: path, megabytes: Number((statSync(path).size / 1e6).toFixed(1)) };
  table[variant] = row;
  for (const batch of [1, 8])
    row[`batch${batch}`] = await tried(`${variant}: batch ${batch}`, () => latency(path, batch));
  const tracks = await tried(`${variant}: tracks`, () => tracksOf(path));
  if (tracks) writeFileSync(`${path}.tracks.txt`, tracks);
  if (tracks && flags.truth) Object.assign(row, await tried(`${variant}: metrics`, () => accuracyOf(tracks)));
  if (flags.heads) row.errors = await tried(`${variant}: heads`, () => errorsOf(variant));
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(table, null, 2)}\n`);
}

const number = (value, digits) => (value === undefined ? '-' : value.toFixed(digits));
const heads = Object.keys(Object.values(table).find(({ errors }) => errors)?.errors ?? {});
console.log(`\n${basename(checkpoint)} ${sizeText}, profile 1 to 8 tuned for batch ${optBatch}, ms as a CUDA graph`);
const columns = ['engine', 'batch 1', 'batch 8', 'an image of 8', 'MB', ...heads, 'MOTA', 'IDF1', 'HOTA'];
console.log(`| ${columns.join(' | ')} |`);
console.log(`|${'---|'.repeat(columns.length)}`);
for (const [variant, row] of Object.entries(table)) {
  const [one, eight] = [row.batch1?.median, row.batch8?.median];
  const cells = [
    ...[number(one, 3), number(eight, 3), number(eight && eight / 8, 3), number(row.megabytes, 1)],
    ...heads.map((head) => number(row.errors?.[head], 4)),
    ...['MOTA', 'IDF1', 'HOTA'].map((metric) => number(row[metric], 1)),
  ];
  console.log(`| ${variant} | ${cells.join(' | ')} |`);
}
process.exit();
