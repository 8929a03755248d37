// The compaction kernel, for networks that decode themselves, against plain JavaScript.
import { CompactKernel, Stream } from '@trt-fairmot/trt-runtime';
import { differences } from '../support/compare.mjs';
import { toDevice } from '../support/device.mjs';
import { randomNormal, randomSource } from '../support/random.mjs';
import { expect } from '../support/report.mjs';
import { microsecondsOf } from './letterbox.mjs';

const base = { batch: 1, topK: 500, embeddingSize: 128, classType: 'int32', confidence: 0.4 };
export const variants = [
  base,
  { ...base, batch: 8 },
  { ...base, batch: 3, topK: 1000, classType: 'int64' },
  { ...base, batch: 2, topK: 1, embeddingSize: 1 },
  { ...base, batch: 5, topK: 77, embeddingSize: 33, classType: undefined },
  { ...base, batch: 4, topK: 128, confidence: -1 },
  { ...base, batch: 4, topK: 128, confidence: 2 },
];

export async function checkCompact(report) {
  report.part('compact');
  const stream = await Stream.create();
  await report.check('compaction keeps the rows above the confidence, image by image', () => checkRows(stream));
  await report.check('compaction reports NaN in the image that has it', () => checkNan(stream));
  await report.check('compaction of a batch takes microseconds', () => timeOf(stream));
  await stream.close();
}

/** A network's outputs: scores fall from the first row to the last. */
function outputsOf(seed, { batch, topK, embeddingSize }, highest = 1) {
  const random = randomSource(seed * 104_729);
  const scores = new Float32Array(batch * topK);
  for (let image = 0; image < batch; image++) {
    const row = Float32Array.from({ length: topK }, () => highest * random.next())
      .sort()
      .reverse();
    scores.set(row, image * topK);
  }
  return {
    scores,
    boxes: randomNormal(random, batch * topK * 4, 100),
    classes: Int32Array.from({ length: batch * topK }, () => random.whole(0, 79)),
    embeddings: randomNormal(random, batch * topK * embeddingSize),
  };
}

function expectedOf({ scores, boxes, classes, embeddings }, image, { topK, embeddingSize, classType, confidence }) {
  const from = image * topK;
  const count = scores.subarray(from, from + topK).filter((score) => score > Math.fround(confidence)).length;
  const rows = (data, width) => data.slice(from * width, (from + count) * width);
  return {
    count,
    scores: rows(scores, 1),
    boxes: rows(boxes, 4),
    classes: classType ? rows(classes, 1) : new Int32Array(count),
    embeddings: rows(embeddings, embeddingSize),
  };
}

async function kernelFor(stream, outputs, variant) {
  const { classType, ...options } = variant;
  const { scores, boxes, classes, embeddings } = outputs;
  const buffers = {};
  for (const [name, data] of Object.entries({ scores, boxes, embeddings }))
    buffers[name] = await toDevice(stream, data);
  if (classType) {
    buffers.classes = await toDevice(stream, classType === 'int64' ? BigInt64Array.from(classes, BigInt) : classes);
  }
  const kernel = await CompactKernel.create(stream, { ...buffers, ...options, ...(classType ? { classType } : {}) });
  const close = () => Promise.all([kernel, ...Object.values(buffers)].map((object) => object.close()));
  return { kernel, close };
}

async function resultsOf(stream, outputs, variant) {
  const { kernel, close } = await kernelFor(stream, outputs, variant);
  try {
    // Twice, since nothing of the first run may be left in the second.
    for (let i = 0; i < 2; i++) await kernel.launch(stream);
    await stream.synchronize();
    return Array.from({ length: variant.batch }, (_, image) => kernel.results(image));
  } finally {
    await close();
  }
}

/** Each variant against JavaScript. */
export async function checkRows(stream, tried = variants) {
  let rows = 0;
  for (const [seed, variant] of tried.entries()) {
    const outputs = outputsOf(seed + 1, variant);
    const results = await resultsOf(stream, outputs, variant);
    results.forEach((actual, image) => {
      const expected = expectedOf(outputs, image, variant);
      const found = differences(actual, expected);
      const equal = Object.values(found).every((difference) => difference === 0);
      expect(equal && actual.nan === null, `variant ${seed}, image ${image}: ${JSON.stringify(found)}, ${actual.nan}`);
      expect(actual.candidates === expected.count, `expected ${expected.count} candidates`);
      rows += expected.count;
    });
  }
  return { variants: tried.length, rows };
}

async function checkNan(stream) {
  const variant = { ...base, batch: 3, topK: 40 };
  const seen = {};
  const { topK, embeddingSize } = variant;
  for (const [name, width, scoreToo] of [
    ['scores', 1, false],
    ['boxes', 4, false],
    ['embeddings', embeddingSize, false],
    // As networks mark a row that holds NaN.
    ['boxes', 4, true],
    ['embeddings', embeddingSize, true],
  ]) {
    const outputs = outputsOf(3, variant);
    // The best row of the second image.
    outputs[name][topK * width] = Number.NaN;
    if (scoreToo) outputs.scores[topK] = Number.NaN;
    const found = (await resultsOf(stream, outputs, variant)).map(({ nan }) => nan);
    seen[name] = found.join(',');
    expect(found[0] === null && found[1] === name && found[2] === null, `${name}: received ${found}`);
  }
  return seen;
}

async function timeOf(stream) {
  const figures = {};
  for (const [batch, highest] of [
    [1, 0.45],
    [8, 0.45],
    [8, 1],
  ]) {
    const variant = { ...base, batch };
    const outputs = outputsOf(1, variant, highest);
    const { count } = expectedOf(outputs, 0, variant);
    const { kernel, close } = await kernelFor(stream, outputs, variant);
    figures[`batch ${batch}, about ${count} rows us`] = await microsecondsOf(stream, () => kernel.launch(stream));
    await close();
  }
  return figures;
}
