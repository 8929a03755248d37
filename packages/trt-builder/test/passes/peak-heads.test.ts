import {
  TensorProto_DataType as DataType,
  type ModelProto,
  modelFromBytes,
  onnxFromCheckpoint,
} from '@trt-fairmot/onnx-export';
import { describeShared, goldenManifest, goldenTensor, maxAbsDifference, shared } from '@trt-fairmot/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { updated } from '../../src/graph/updated.js';
import { applyPasses } from '../../src/passes/apply-passes.js';
import { halfPluginWeights } from '../../src/passes/half-plugin-weights.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { passesFor } from '../../src/passes/pass-list.js';
import { peakHeads } from '../../src/passes/peak-heads.js';
import { fairmotHeads, type HeadModel, headModel } from '../support/head-models.js';
import { graph, ops, randomFloats, run } from '../support/models.js';
import { brutePeaks, peakHeadsValues } from '../support/peak-heads-values.js';

const size = { height: 9, width: 13 };
const feeds = { x: { data: randomFloats(3 * size.height * size.width, 7, 2), dims: [1, 3, size.height, size.width] } };
const plugin = (model: ModelProto) => graph(model).node.find(({ opType }) => opType === 'FairmotPeakHeads');

/** Boxes and embeddings at the peaks, read off the dense maps. */
function rowsFromMaps(maps: Record<string, Float32Array>, names: { id: string; sides: number }, topK: number) {
  const area = size.height * size.width;
  const peaks = brutePeaks({ data: maps.hm as Float32Array, ...size }, topK);
  const at = (name: string, channel: number, index: number) => maps[name]?.[channel * area + (index % area)] as number;
  const boxes = peaks.flatMap(({ index }) => {
    const cell = [index % size.width, Math.floor((index % area) / size.width)] as const;
    return [0, 1, 2, 3].map((corner) => {
      const axis = (corner % 2) as 0 | 1;
      const centre = cell[axis] + (maps.reg ? at('reg', axis, index) : 0.5);
      const reach = names.sides === 4 ? at('wh', corner, index) : at('wh', axis, index) / 2;
      return 4 * (corner < 2 ? centre - reach : centre + reach);
    });
  });
  const channels = (maps[names.id]?.length ?? 0) / area;
  const embeddings = peaks.flatMap(({ index }) => {
    const vector = Array.from({ length: channels }, (_, channel) => at(names.id, channel, index));
    return vector.map((value) => value / Math.hypot(...vector));
  });
  return { peaks, boxes, embeddings };
}

describe('peakHeads', () => {
  test.each<[string, HeadModel, { id: string; sides: number }]>([
    ['our names', {}, { id: 'id_feature', sides: 4 }],
    [
      'id, two sides, more channels',
      { features: 16, hidden: 128, heads: { hm: 1, wh: 2, reg: 2, id: 8 } },
      { id: 'id', sides: 2 },
    ],
    ['two classes, no reg', { heads: { hm: 2, wh: 4, id_feature: 8 } }, { id: 'id_feature', sides: 4 }],
  ])('the packed weights give the dense maps\u2019 values at the peaks: %s', async (_, parts, names) => {
    const dense = headModel(parts);
    const { model, changed, notes } = peakHeads(dense, { topK: 20 });
    expect({ changed, notes }).toEqual({ changed: 1, notes: [] });
    const expected = rowsFromMaps(await run(dense, feeds), names, 20);
    const rows = await peakHeadsValues(model, feeds, size);
    const count = expected.peaks.length;
    expect(count).toBeGreaterThan(3);
    expect([...rows.scores.subarray(0, count)]).toEqual(expected.peaks.map(({ score }) => score));
    expect(maxAbsDifference(rows.boxes.subarray(0, 4 * count), expected.boxes)).toBeLessThan(1e-4);
    expect(maxAbsDifference(rows.embeddings.subarray(0, expected.embeddings.length), expected.embeddings)).toBeLessThan(
      1e-5,
    );
  });

  test('the branches are gone, the heat map stays, the outputs are those of --outputs detections', () => {
    const { model } = peakHeads(headModel({ batch: 'n' }), { topK: 30 });
    expect(ops(model)).toEqual(['Conv', 'Conv', 'Relu', 'Conv', 'FairmotPeakHeads']);
    const outputs = graph(model).output.map(({ name, type }) => {
      const tensor = type?.value.case === 'tensorType' ? type.value.value : null;
      return [name, tensor?.elemType, tensor?.shape?.dim.map(({ value }) => value.value)];
    });
    expect(outputs).toEqual([
      ['boxes', DataType.FLOAT, ['n', 30n, 4n]],
      ['scores', DataType.FLOAT, ['n', 30n]],
      ['classes', DataType.INT32, ['n', 30n]],
      ['embeddings', DataType.FLOAT, ['n', 30n, 12n]],
    ]);
    const types = graph(model).initializer.filter(({ name }) => name.startsWith('peak_heads'));
    expect(types.map(({ dataType, dims }) => [dataType, dims.map(Number)])).toEqual([
      [DataType.FLOAT16, [192, 3, 3, 8]],
      [DataType.FLOAT, [192]],
      [DataType.FLOAT16, [18, 64]],
      [DataType.FLOAT, [18]],
    ]);
    expect(halfPluginWeights(model).changed).toBe(0);
  });

  test('behind half-precision: float16 features, the same values', async () => {
    const half = halfPrecision(headModel()).model;
    const { model, changed } = peakHeads(half, { topK: 20 });
    expect(changed).toBe(1);
    const features = graph(half).node.find(({ output }) => output.includes('wh.0'))?.input[0];
    expect(plugin(model)?.input.slice(0, 2)).toEqual(['hm', features]);
    const expected = await peakHeadsValues(peakHeads(headModel(), { topK: 20 }).model, feeds, size);
    const rows = await peakHeadsValues(model, feeds, size);
    expect(maxAbsDifference(rows.scores, expected.scores)).toBeLessThan(0.01);
    expect(maxAbsDifference(rows.boxes.subarray(0, 4), expected.boxes.subarray(0, 4))).toBeLessThan(0.2);
  });

  test.each<[string, HeadModel, string[]]>([
    ['no id', { heads: { hm: 1, wh: 4, reg: 2 } }, []],
    ['another output', { heads: { ...fairmotHeads, mask: 3 } }, []],
    [
      'other branches',
      { linear: ['id_feature'] },
      ['Output id_feature is no 3x3 convolution, ReLU and 1x1 convolution, so the heads stay dense'],
    ],
    ['several feature maps', { apart: ['hm'] }, ['The heads have several feature maps, so the heads stay dense']],
    [
      'hidden channels',
      { hidden: 32 },
      ['The heads\u2019 hidden channels (32,32,32) are no one multiple of 64, so the heads stay dense'],
    ],
    [
      'feature channels',
      { features: 12 },
      ['The feature map has 12 channels, no multiple of 8, so the heads stay dense'],
    ],
    [
      'head channels',
      { heads: { hm: 1, wh: 4, reg: 2, id: 6 } },
      ['The plugin does not take 4, 2 and 6 channels of wh, reg and id, so the heads stay dense'],
    ],
  ])('left as it is: %s', (_, parts, notes) => {
    const model = headModel(parts);
    expect(peakHeads(model)).toEqual({ model, changed: 0, notes });
  });

  test('metadata tells of the new outputs', () => {
    const given = headModel();
    const like = { ...modelEntry('fairmot.outputs', 'heads') };
    const { model } = peakHeads(updated(given, { metadataProps: [modelEntry('fairmot.network', 'dla34'), like] }));
    expect(Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))).toEqual({
      'fairmot.network': 'dla34',
      'fairmot.outputs': 'detections',
      'fairmot.top_k': '500',
    });
  });
});

const modelEntry = (key: string, value: string) => ({ key, value }) as ModelProto['metadataProps'][number];

describeShared('peakHeads on the trained half network', () => {
  const topK = 40;
  const path = shared('models', 'fairmot-dla34-half.pth');
  let expected: Record<string, Float32Array>;
  let heads: Uint8Array;
  const golden = () => {
    const { shape, file } = goldenManifest().input;
    const [, , height, width] = shape as [number, number, number, number];
    return { height, width, input: { input: { data: goldenTensor(file), dims: shape } } };
  };

  beforeAll(async () => {
    const { height, width, input } = golden();
    const decoding = await onnxFromCheckpoint(path, { height, width, outputs: 'detections', topK });
    expected = await run(modelFromBytes(decoding.bytes), input);
    heads = (await onnxFromCheckpoint(path, { height, width })).bytes;
  });

  test.each([
    ['8.6.0', 1e-4],
    ['11.1.0', 0.02],
  ])('TensorRT %s: the detections of fairmot export --outputs detections', async (tensorrt, tolerance) => {
    const { height, width, input } = golden();
    // ONNX Runtime takes no node of float32 values and float16 weights.
    const names = passesFor({ tensorrt, precision: 'fp16' }).filter((name) => name !== 'half-plugin-weights');
    const { model, reports } = applyPasses(modelFromBytes(heads), names, { topK });
    expect(reports.find(({ pass }) => pass === 'peak-heads')).toEqual({ pass: 'peak-heads', changed: 1, notes: [] });
    const rows = await peakHeadsValues(model, input, { height: height / 4, width: width / 4 });
    const { scores = [], boxes = [], embeddings = [] } = expected;
    expect(maxAbsDifference(rows.scores, scores)).toBeLessThan(tolerance);
    // Rows further down may change places between float16 and float32.
    const sure = rows.scores.findIndex((score) => score < 0.4);
    expect(sure).toBeGreaterThan(2);
    expect(maxAbsDifference(rows.boxes.subarray(0, 4 * sure), Array.from(boxes).slice(0, 4 * sure))).toBeLessThan(0.5);
    const vectors = 64 * sure;
    expect(
      maxAbsDifference(rows.embeddings.subarray(0, vectors), Array.from(embeddings).slice(0, vectors)),
    ).toBeLessThan(0.02);
  });
});
