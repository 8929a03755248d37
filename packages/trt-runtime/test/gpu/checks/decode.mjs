// The decode kernels against detectionsFromHeads.
import { detectionsFromHeads } from '@trt-fairmot/fairmot-postprocess';
import { DecodeKernel, Stream } from '@trt-fairmot/trt-runtime';
import { differences, largestDifference, largestOf } from '../support/compare.mjs';
import { toDevice } from '../support/device.mjs';
import { floatsFromHalves, halvesFrom } from '../support/half.mjs';
import { randomNormal, randomSource } from '../support/random.mjs';
import { expect } from '../support/report.mjs';
import { microsecondsOf } from './letterbox.mjs';

const map = { width: 272, height: 152 };
const odd = { width: 45, height: 31 };

/** Heat maps by name: logits of `count` cells. */
export const heatMaps = {
  random: (random, count) => randomNormal(random, count, 2),
  ties: (random, count) => Float32Array.from({ length: count }, () => random.whole(-6, 2) / 2),
  plateaus: (random, count) => Float32Array.from({ length: count }, () => random.whole(0, 1)),
  saturated: (random, count) => Float32Array.from({ length: count }, () => 14 + 12 * random.next()),
  constant: (_, count) => new Float32Array(count).fill(-1),
  'very negative': (random, count) => Float32Array.from({ length: count }, () => -90 - 20 * random.next()),
  neighbours: (random, count) => Float32Array.from({ length: count }, () => -2 + 3e-7 * random.whole(0, 4)),
};

export async function checkDecode(report) {
  report.part('decode');
  const stream = await Stream.create();
  for (const [name, heatMap] of Object.entries(heatMaps)) {
    await report.check(`decode of ${name} heat maps equals detectionsFromHeads`, async () => {
      let worst = {};
      let detections = 0;
      for (const [seed, variant] of variants().entries()) {
        const { actual, expected } = await decodedTwice(stream, heatMap, seed + 1, variant);
        worst = largestOf(worst, differences(actual, expected));
        detections += expected.count;
      }
      expect(worst.scores === 0 && worst.boxes === 0, `scores ${worst.scores}, boxes ${worst.boxes}`);
      expect(worst.embeddings <= 1e-6, `embeddings ${worst.embeddings}`);
      return { detections, ...worst };
    });
  }
  await report.check('decode gives the same rows 200 times', () => checkDeterminism(stream));
  await report.check('decode reports NaN', () => checkNan(stream));
  await report.check('decode of 152x272 takes microseconds', () => timeOf(stream));
  await stream.close();
}

function variants() {
  const base = {
    ...map,
    classes: 1,
    sides: 4,
    reg: true,
    id: 128,
    topK: 500,
    confidence: 0,
    dtype: 'float32',
    last: false,
  };
  return [
    base,
    { ...base, confidence: 0.4 },
    { ...base, topK: 1 },
    { ...base, topK: 1000 },
    { ...base, ...odd, sides: 2, reg: false, id: 64 },
    { ...base, ...odd, classes: 3, id: 0 },
    { ...base, ...odd, dtype: 'float16' },
    { ...base, ...odd, last: true, id: 20, dtype: 'float16' },
    { ...base, width: 1, height: 1, topK: 10 },
    { ...base, width: 3, height: 2, topK: 10, id: 1 },
  ];
}

function randomHeads(heatMap, seed, { width, height, classes, sides, reg, id, dtype }) {
  const random = randomSource(seed * 7919);
  const cells = width * height;
  const head = (channels, make) => {
    const data = make(channels * cells);
    return { channels, data: dtype === 'float16' ? floatsFromHalves(halvesFrom(data)) : data };
  };
  return {
    width,
    height,
    hm: head(classes, (count) => heatMap(random, count)),
    wh: head(sides, (count) => randomNormal(random, count, 5)),
    ...(reg ? { reg: head(2, (count) => randomNormal(random, count, 0.5)) } : {}),
    ...(id > 0 ? { id: head(id, (count) => randomNormal(random, count)) } : {}),
  };
}

/** A head on the GPU, channels first, or last and padded to a multiple of 8. */
async function deviceHead(stream, { data, channels }, cells, { dtype, last }) {
  const pixelStride = last ? Math.ceil(channels / 8) * 8 : 1;
  const channelStride = last ? 1 : cells;
  const laid = last ? new Float32Array(cells * pixelStride) : data;
  if (last) {
    for (let c = 0; c < channels; c++) for (let p = 0; p < cells; p++) laid[p * pixelStride + c] = data[c * cells + p];
  }
  const buffer = await toDevice(stream, dtype === 'float16' ? halvesFrom(laid) : laid);
  return { buffer, channels, dtype, channelStride, pixelStride };
}

async function kernelFor(stream, heads, variant) {
  const { width, height } = heads;
  const onDevice = {};
  for (const name of ['hm', 'wh', 'reg', 'id']) {
    if (heads[name]) onDevice[name] = await deviceHead(stream, heads[name], width * height, variant);
  }
  const { topK, confidence } = variant;
  const kernel = await DecodeKernel.create(stream, { ...onDevice, width, height, topK, confidence });
  const close = () => Promise.all([kernel.close(), ...Object.values(onDevice).map(({ buffer }) => buffer.close())]);
  return { kernel, close };
}

export async function decodedTwice(stream, heatMap, seed, variant) {
  const heads = randomHeads(heatMap, seed, variant);
  const { topK, confidence } = variant;
  const expected = detectionsFromHeads(heads, { topK, confidence });
  const { kernel, close } = await kernelFor(stream, heads, variant);
  try {
    await kernel.launch(stream);
    await stream.synchronize();
    return { actual: kernel.results(), expected };
  } finally {
    await close();
  }
}

async function checkDeterminism(stream) {
  const [variant] = variants();
  const { kernel, close } = await kernelFor(stream, randomHeads(heatMaps.ties, 3, variant), variant);
  let first;
  for (let i = 0; i < 200; i++) {
    await kernel.launch(stream);
    await stream.synchronize();
    const rows = kernel.results();
    first ??= rows;
    for (const part of ['boxes', 'scores', 'classes', 'embeddings']) {
      expect(largestDifference(rows[part], first[part]) === 0, `run ${i} differs in ${part}`);
    }
  }
  await close();
  return { detections: first.count };
}

async function checkNan(stream) {
  const [variant] = variants();
  const seen = {};
  for (const [name, expected] of [
    ['hm', 'hm'],
    ['wh', 'wh or reg'],
    ['id', 'id'],
  ]) {
    const heads = randomHeads(heatMaps.random, 5, variant);
    heads[name].data.fill(Number.NaN);
    const { kernel, close } = await kernelFor(stream, heads, variant);
    await kernel.launch(stream);
    await stream.synchronize();
    seen[name] = kernel.results().nan;
    expect(seen[name] === expected, `${name}: expected ${expected} but received ${seen[name]}`);
    await close();
  }
  return seen;
}

async function timeOf(stream) {
  const figures = {};
  for (const [name, confidence, dtype] of [
    ['random', 0.4, 'float16'],
    ['random', 0, 'float32'],
    ['constant', 0, 'float32'],
  ]) {
    const variant = { ...variants()[0], confidence, dtype };
    const heads = randomHeads(heatMaps[name], 1, variant);
    const { kernel, close } = await kernelFor(stream, heads, variant);
    figures[`${name} ${dtype} above ${confidence} us`] = await microsecondsOf(stream, () => kernel.launch(stream));
    await close();
  }
  return figures;
}
