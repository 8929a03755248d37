import { maxAbsDifference } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { type ExportOptions, onnxFromStateDict, type StateDict } from '../../src/index.js';
import { bruteForceDecode } from '../support/brute-force-decode.js';
import { expectDetections } from '../support/expect-detections.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tinyState, withValues } from '../support/tiny-network.js';

const size = { height: 64, width: 96 };
const cells = 16 * 24;
const close = { score: 2e-6, box: 1e-3, embedding: 1e-5 };

/** Outputs of the same random images from the heads graph and from the detections graph. */
async function both(state: StateDict, options: Partial<ExportOptions>, batch = 1) {
  const { height, width } = { ...size, ...options };
  const input = { data: normals(batch * 3 * height * width, randomFrom(8)), shape: [batch, 3, height, width] };
  const run = async (outputs: 'heads' | 'detections') =>
    runModel((await onnxFromStateDict(state, { ...size, ...options, outputs })).bytes, { input });
  const { hm, wh, reg, id_feature: id } = await run('heads');
  return {
    heads: { hm: hm!, wh: wh!, ...(reg ? { reg } : {}), ...(id ? { id } : {}) },
    found: await run('detections'),
  };
}

describe('detections', () => {
  test.each([
    ['left, top, right, bottom', { hm: 1, wh: 4, id: 6, reg: 2 }],
    ['width and height', { hm: 1, wh: 2, id: 5, reg: 2 }],
    ['several classes', { hm: 3, wh: 4, id: 6, reg: 2 }],
    ['no offsets: half a cell', { hm: 1, wh: 4, id: 6 }],
    ['no embeddings: CenterNet', { hm: 8, wh: 2, reg: 2 }],
  ])('equal the decoded heads: %s', async (_, shape) => {
    const { heads, found } = await both(tinyState({ heads: shape }), { topK: 200 });
    const peaks = bruteForceDecode(heads);
    expect(peaks.length).toBeGreaterThan(10);
    expect(Object.keys(found)).toEqual(['boxes', 'scores', 'classes', ...('id' in shape ? ['embeddings'] : [])]);
    expect(found.boxes?.dims).toEqual([1, 200, 4]);
    expect(found.classes).toMatchObject({ dims: [1, 200], type: 'int64' });
    expectDetections(found, peaks, close);
  });

  test('fill K rows with score 0 beyond the peaks, and cut at K', async () => {
    const state = tinyState();
    const { heads, found } = await both(state, { topK: cells });
    const peaks = bruteForceDecode(heads);
    expect(peaks.length).toBeLessThan(cells);
    expectDetections(found, peaks, close);
    const few = await both(state, { topK: 5 });
    expectDetections(few.found, peaks.slice(0, 5), close);
  });

  test('take every cell, borders included, by lowest index where all scores tie', async () => {
    const flat = withValues(tinyState({ heads: { hm: 2, wh: 4, id: 6, reg: 2 } }), 'hm.2.weight', (values) =>
      values.fill(0),
    );
    const state = withValues(flat, 'hm.2.bias', () => Float32Array.of(0.5, 0.25));
    const { heads, found } = await both(state, { topK: 2 * cells });
    const expected = bruteForceDecode(heads);
    expect(expected.map(({ cell }) => cell)).toEqual(Array.from({ length: 2 * cells }, (_, i) => i % cells));
    const boxes = Float32Array.from(expected.flatMap(({ box }) => box));
    const embeddings = Float32Array.from(expected.flatMap(({ embedding }) => embedding));
    expect([...found.classes!.data]).toEqual(expected.map((detection) => detection.class));
    expect(maxAbsDifference(found.boxes!.data, boxes)).toBeLessThan(1e-3);
    expect(maxAbsDifference(found.embeddings!.data, embeddings)).toBeLessThan(1e-5);
  });

  test.each([['dynamic' as const], [2]])('decode each image of a batch on its own (batch %s)', async (batch) => {
    const { heads, found } = await both(tinyState({ heads: { hm: 2, wh: 4, id: 6, reg: 2 } }), { batch, topK: 60 }, 2);
    expect(found.boxes?.dims).toEqual([2, 60, 4]);
    const [first, second] = [bruteForceDecode(heads, 0), bruteForceDecode(heads, 1)];
    expect(first[0]?.box).not.toEqual(second[0]?.box);
    expectDetections(found, first.slice(0, 60), close, 0);
    expectDetections(found, second.slice(0, 60), close, 1);
  });

  test('a zero embedding stays zero', async () => {
    const zeroed = withValues(tinyState(), 'id.2.weight', (values) => values.fill(0));
    const { found } = await both(
      withValues(zeroed, 'id.2.bias', (values) => values.fill(0)),
      { topK: 20 },
    );
    expect(found.embeddings?.data.every((value) => value === 0)).toBe(true);
  });

  test('fp16 gives float32 outputs near those of fp32', async () => {
    const state = tinyState();
    const exact = await both(state, { topK: 12 });
    const { found, heads } = await both(state, { topK: 12, precision: 'fp16' });
    expect([found.boxes, found.scores, found.embeddings, heads.hm].map((output) => output?.type)).toEqual(
      Array(4).fill('float32'),
    );
    expect(maxAbsDifference(heads.hm.data, exact.heads.hm.data)).toBeLessThan(0.03);
    expect(maxAbsDifference(heads.hm.data, exact.heads.hm.data)).toBeGreaterThan(0);
    expectDetections(found, bruteForceDecode(heads).slice(0, 12), { score: 0.01, box: 0.3, embedding: 0.02 });
  });

  test('refuse more rows than cells, and a checkpoint without wh', async () => {
    const options = { ...size, outputs: 'detections' as const };
    await expect(onnxFromStateDict(tinyState(), { ...options, topK: cells + 1 })).rejects.toThrow(
      `Expected topK of at most ${cells}, the cells of a 24x16 map, but received ${cells + 1}`,
    );
    const hmOnly = tinyState({ heads: { hm: 1, reg: 2 } });
    await expect(onnxFromStateDict(hmOnly, options)).rejects.toThrow(
      'Expected heads hm and wh for detections but received hm, reg',
    );
  });
});
