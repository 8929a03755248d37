import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, goldenTensor } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectionsAbove, detectionsFromHeads, FairmotError, type Heads } from '../src/index.js';
import { expectDetections } from './expect-detections.js';
import { decodeVectors, detectionsByDefinition, madeUpHeads } from './vectors.js';

const stored = readFileSync(join(import.meta.dirname, 'fixtures', 'decode.ndjson'), 'utf8')
  .trim()
  .split('\n');

/** Logits of few values, so that plateaus and ties are everywhere, also where float32 saturates. */
const logit = fc.oneof(
  fc.constantFrom(-3, -1, 0, 0.5, 16, 17, 18, 40, -110, -104, -103),
  fc.float({ min: -12, max: 20, noNaN: true }),
  fc.constantFrom(1, Math.fround(1 + 2 ** -23), Math.fround(1 - 2 ** -24), 9, Math.fround(9.000001), -1e-7, 1e-7),
);

const anyTask = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 7 }),
    classes: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ width, height, classes }) => {
    const length = width * height * classes;
    return fc.record({
      heads: fc
        .tuple(fc.array(logit, { minLength: length, maxLength: length }), fc.constantFrom<2 | 4>(2, 4), fc.boolean())
        .map(([logits, wh, reg]): Heads => {
          const heads = madeUpHeads(width, height, { hm: classes, wh, reg, id: 3 });
          return { ...heads, hm: { ...heads.hm, data: Float32Array.from(logits) } };
        }),
      topK: fc.integer({ min: 1, max: 40 }),
      name: fc.constant(''),
    });
  });

describe('detectionsFromHeads', () => {
  test.each(decodeVectors)('decodes as defined: $name', (vector) => {
    const { heads, topK } = vector;
    expectDetections(detectionsFromHeads(heads, { topK }), detectionsByDefinition(vector));
  });

  test('decodes as defined, whatever the heat map', () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        expectDetections(detectionsFromHeads(task.heads, { topK: task.topK }), detectionsByDefinition(task));
      }),
      { numRuns: 400 },
    );
  });

  test.each(stored.map((line) => JSON.parse(line)))('decodes as PyTorch does: $task.name', ({ task, ...expected }) => {
    const { classes, wh, reg, id, width, height, top_k } = task;
    const heads = madeUpHeads(width, height, { hm: classes, wh, reg, id });
    expectDetections(detectionsFromHeads(heads, { topK: top_k }), {
      count: expected.scores.length,
      boxes: Float32Array.from(expected.boxes),
      scores: Float32Array.from(expected.scores),
      classes: Int32Array.from(expected.classes),
      embeddings: Float32Array.from(expected.embeddings),
      embeddingSize: id,
    });
  });

  test('with a confidence gives what detectionsAbove leaves', () => {
    fc.assert(
      fc.property(anyTask, fc.constantFrom(0, 0.2, 0.5, Math.fround(0.7), 1), ({ heads, topK }, confidence) => {
        const cut = detectionsAbove(detectionsFromHeads(heads, { topK }), confidence);
        expect(detectionsFromHeads(heads, { topK, confidence })).toEqual(cut);
      }),
    );
  });

  test('keeps embeddings of zeros, and gives none without an id head', () => {
    const heads = madeUpHeads(4, 3);
    const empty = { data: new Float32Array(24), channels: 2 };
    expect([...detectionsFromHeads({ ...heads, id: empty }).embeddings].every((value) => value === 0)).toBe(true);
    expect(detectionsFromHeads({ ...heads, id: undefined })).toMatchObject({
      embeddingSize: 0,
      embeddings: new Float32Array(0),
    });
  });

  test.each<[string, Partial<Heads>, string]>([
    [
      'hm',
      { hm: { data: new Float32Array(11), channels: 1 } },
      'Expected hm to hold 1 x 3 x 4 = 12 numbers but received 11',
    ],
    ['wh', { wh: { data: new Float32Array(36), channels: 3 } }, 'Expected wh to have 4 or 2 channels but received 3'],
    ['reg', { reg: { data: new Float32Array(12), channels: 1 } }, 'Expected reg to have 2 channels but received 1'],
    ['width', { width: 0 }, 'Expected a map of positive whole width and height but received 0x3'],
    [
      'NaN',
      { hm: { data: withNaN(12, 6), channels: 1 } },
      'Expected numbers in hm but received NaN in channel 0, row 1, column 2',
    ],
    [
      'NaN',
      { wh: { data: new Float32Array(48).fill(Number.NaN), channels: 4 } },
      'Expected numbers in wh or reg but received NaN in row',
    ],
    [
      'NaN',
      { id: { data: new Float32Array(24).fill(Number.NaN), channels: 2 } },
      'Expected numbers in id but received NaN in row',
    ],
  ])('refuses heads with a wrong %s', (_, wrong, message) => {
    const decode = () => detectionsFromHeads({ ...madeUpHeads(4, 3), ...wrong });
    expect(decode).toThrow(FairmotError);
    expect(decode).toThrow(message);
  });

  test.each([
    [{ topK: 0 }, 'Expected topK of 1 or more but received 0'],
    [{ topK: 1.5 }, 'Expected topK of 1 or more but received 1.5'],
    [{ confidence: 2 }, 'Expected confidence from 0 to 1 but received 2'],
  ])('refuses %o', (options, message) => {
    expect(() => detectionsFromHeads(madeUpHeads(4, 3), options)).toThrow(message);
  });
});

describeShared('golden/network', () => {
  test.each(['half', 'full'])("decodes PyTorch's heads of the %s network as defined", (model) => {
    const head = (name: string, channels: number) => ({ data: goldenTensor(`${model}.${name}.f32`), channels });
    const id = head('id_feature', goldenTensor(`${model}.id_feature.f32`).length / (144 * 80));
    const heads = { hm: head('hm', 1), wh: head('wh', 4), reg: head('reg', 2), id, width: 144, height: 80 };
    const tolerance = { scores: 2e-7, boxes: 1e-4, embeddings: 1e-6 };
    const expected = detectionsByDefinition({ name: model, heads, topK: 500 });
    expectDetections(detectionsFromHeads(heads), expected, tolerance);
    expect(detectionsAbove(detectionsFromHeads(heads), 0.3).count).toBeGreaterThan(4);
  });
});

function withNaN(length: number, index: number): Float32Array {
  return new Float32Array(length).fill(0).map((_, i) => (i === index ? Number.NaN : 0));
}
