// Every kernel on little data: what compute-sanitizer's tools can look at in seconds.
import { Stream } from '@trt-fairmot/trt-runtime';
import { differences, largestOf } from '../support/compare.mjs';
import { randomSource } from '../support/random.mjs';
import { expect } from '../support/report.mjs';
import { checkRows } from './compact.mjs';
import { decodedTwice, heatMaps } from './decode.mjs';
import { differenceOf, halfDifferenceOf } from './letterbox.mjs';

const input = { width: 64, height: 32 };
const sources = [
  { width: 97, height: 61 },
  { width: 31, height: 17 },
  { width: 64, height: 32 },
];
const head = { width: 45, height: 31, classes: 1, sides: 4, reg: true, id: 20, topK: 50, dtype: 'float32' };
const heads = [
  { ...head, confidence: 0.4, last: false },
  { ...head, confidence: 0, last: true, dtype: 'float16' },
  { ...head, confidence: 0, last: false, classes: 3, sides: 2, reg: false, id: 0, topK: 1000 },
];
const rows = { topK: 50, embeddingSize: 20, confidence: 0.4 };
const compacted = [
  { ...rows, batch: 1, classType: 'int32' },
  { ...rows, batch: 3, classType: 'int64' },
];

export async function checkTiny(report) {
  report.part('tiny');
  const stream = await Stream.create();
  await report.check('letterbox', () => checkLetterbox(stream));
  await report.check('decode', () => checkDecode(stream));
  await report.check('compact', () => checkRows(stream, compacted));
  await stream.close();
}

async function checkLetterbox(stream) {
  const random = randomSource(31);
  let worst = 0;
  for (const source of sources) {
    for (const format of ['rgb', 'bgr', 'nv12-bt601', 'nv12-bt709']) {
      worst = Math.max(worst, await differenceOf(stream, random, format, source, input));
    }
    for (const layout of ['planar', 'hwc8']) {
      worst = Math.max(worst, await halfDifferenceOf(stream, random, source, input, layout));
    }
  }
  expect(worst === 0, `largest difference ${worst}`);
  return { difference: worst };
}

async function checkDecode(stream) {
  let worst = {};
  for (const [seed, variant] of heads.entries()) {
    // A constant map has more candidates than are sorted at once: the selection's other way.
    for (const name of ['random', 'constant']) {
      const { actual, expected } = await decodedTwice(stream, heatMaps[name], seed + 1, variant);
      worst = largestOf(worst, differences(actual, expected));
    }
  }
  expect(worst.scores === 0 && worst.boxes === 0 && worst.embeddings <= 1e-6, JSON.stringify(worst));
  return worst;
}
