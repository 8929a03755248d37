// What int8 costs in accuracy, on the CPU: node src/int8-accuracy.mjs CHECKPOINT HEIGHTxWIDTH [options]
//   --calibration FILE   of fairmot quantize --calib-cache; needed
//   --truth FILE         MOTChallenge ground truth of the film, for AP50, MOTA, IDF1 and HOTA
//   --film FILE          default: the demo film
//   --frames N           only the first N
//   --variants LIST      default entropy,percentile,mse,min-max, behind fp32; METHOD/PATTERN+PATTERN keeps layers in float
//   --json FILE          writes the table, after each variant; variants already in it are not run again
// Each Q/DQ network runs in ONNX Runtime; errors of the heads are relative to fp32's, on every 20th frame.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CpuNetwork } from '@trt-fairmot/cpu-runtime';
import {
  detectionsAbove,
  detectionsFromHeads,
  detectionsInImage,
  letterboxFromSize,
  tensorFromImage,
} from '@trt-fairmot/fairmot-postprocess';
import { openSource } from '@trt-fairmot/media';
import { bytesFromModel, modelFromBytes, onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { FairmotTracker, motLine, tracksForOutput } from '@trt-fairmot/tracker';
import { headErrors, insertQuantization, quantizedLayers, rangesFrom, readCalibration } from '@trt-fairmot/trt-builder';
import { averagePrecision } from './average-precision.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    ['calibration', 'truth', 'film', 'frames', 'variants', 'json'].map((name) => [name, { type: 'string' }]),
  ),
});
const [checkpoint, sizeText = '608x1088'] = positionals;
const [height, width] = sizeText.split('x').map(Number);
const film = flags.film ?? join(import.meta.dirname, '..', '..', 'demo', 'pedestrians.mp4');
const frames = Number(flags.frames ?? 1e9);
// float first: the others' errors are relative to it
const variants = [...new Set(['fp32', ...(flags.variants ?? 'entropy,percentile,mse,min-max').split(',')])];
const confidence = 0.3;
const sampled = 20;

const { bytes: onnx } = await onnxFromCheckpoint(checkpoint, { height, width, batch: 'dynamic' });
const model = modelFromBytes(onnx);
const calibration = await readCalibration(flags.calibration);
const truthText = flags.truth ? readFileSync(flags.truth, 'utf8') : null;
const evaluation = truthText ? await import('@trt-fairmot/evaluation') : null;

function networkOf(variant) {
  if (variant === 'fp32') return onnx;
  const [method, patterns] = variant.split('/');
  const layers = quantizedLayers(model.graph, { keep: patterns?.split('+') ?? [] });
  return bytesFromModel(insertQuantization(model, { layers, rangeOf: rangesFrom(calibration, { method }) }).model);
}

async function runOf(variant) {
  const bytes = networkOf(variant);
  const network = await CpuNetwork.load(bytes, { threads: 2 });
  const source = await openSource(film, { maxFrames: frames });
  const tracker = new FairmotTracker({ confidence, frameRate: source.frameRate });
  const [lines, detections, samples] = [[], [], []];
  let milliseconds = 0;
  const cpu = process.cpuUsage();
  for await (const frame of source) {
    const letterbox = letterboxFromSize(frame, { height, width });
    const started = performance.now();
    const outputs = await network.run(tensorFromImage(frame, letterbox), [1, 3, height, width]);
    milliseconds += performance.now() - started;
    if ((frame.index - 1) % sampled === 0)
      samples.push(Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data])));
    const head = ({ data, dims }) => ({ data, channels: dims[1] });
    const [, , mapHeight, mapWidth] = outputs.hm.dims;
    const heads = {
      ...{ hm: head(outputs.hm), wh: head(outputs.wh), reg: head(outputs.reg), id: head(outputs.id_feature) },
      ...{ width: mapWidth, height: mapHeight },
    };
    const found = detectionsInImage(detectionsFromHeads(heads, { confidence: 0.05 }), letterbox);
    detections.push(
      Array.from({ length: found.count }, (_, i) => ({
        score: found.scores[i],
        box: [...found.boxes.subarray(4 * i, 4 * i + 4)],
      })),
    );
    const tracks = tracksForOutput(tracker.update(detectionsAbove(found, confidence)), { minBoxArea: 100 });
    for (const track of tracks) lines.push(motLine(frame.index, track));
  }
  await network.close();
  const { user, system } = process.cpuUsage(cpu);
  const count = detections.length;
  return {
    ...{ samples, detections, text: `${lines.join('\n')}\n`, megabytes: bytes.length / 1e6 },
    ...{ milliseconds: milliseconds / count, cpuMilliseconds: (user + system) / 1000 / count },
  };
}

function accuracyOf({ text, detections }) {
  if (!truthText) return {};
  const rows = truthText.split('\n').map((line) => line.split(',').map(Number));
  const truth = detections.map((_, i) =>
    rows
      .filter(([frame, , , , , , counts]) => frame === i + 1 && counts !== 0)
      .map(([, , x, y, w, h]) => [x, y, x + w, y + h]),
  );
  const cut = truthText
    .split('\n')
    .filter((line) => line && Number(line.split(',')[0]) <= detections.length)
    .join('\n');
  const sequence = evaluation.sequenceFromRows(
    evaluation.rowsFromMotText(`${cut}\n`, flags.truth),
    evaluation.rowsFromMotText(text, 'result'),
  );
  const { clear, identity, hota } = evaluation.evaluate(sequence);
  return {
    AP50: 100 * averagePrecision(detections, truth),
    MOTA: 100 * clear.MOTA,
    IDF1: 100 * identity.IDF1,
    HOTA: 100 * hota.HOTA,
    switches: clear.IDSW,
  };
}

const known = flags.json && existsSync(flags.json) ? JSON.parse(readFileSync(flags.json, 'utf8')) : {};
let reference = null;
for (const variant of variants) {
  if (known[variant] && variant !== 'fp32') continue;
  const run = await runOf(variant);
  reference ??= run.samples;
  known[variant] = {
    ...{ frames: run.detections.length, megabytes: run.megabytes, milliseconds: run.milliseconds },
    ...{ cpuMilliseconds: run.cpuMilliseconds, errors: headErrors(reference, run.samples), ...accuracyOf(run) },
  };
  console.error(variant, JSON.stringify(known[variant]));
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(known, null, 2)}\n`);
}

const heads = Object.keys(known.fp32.errors);
const columns = truthText ? ['AP50', 'MOTA', 'IDF1', 'HOTA'] : [];
console.log(`| network | ${[...heads, ...columns, 'MB', 'CPU ms'].join(' | ')} |`);
console.log(`|---|${'---|'.repeat(heads.length + columns.length + 2)}`);
for (const [variant, row] of Object.entries(known)) {
  const cells = [
    ...heads.map((head) => row.errors[head].toFixed(4)),
    ...columns.map((column) => row[column].toFixed(1)),
    ...[row.megabytes.toFixed(1), row.cpuMilliseconds.toFixed(0)],
  ];
  console.log(`| ${variant} | ${cells.join(' | ')} |`);
}
