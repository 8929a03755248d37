import { TensorProto_DataType as DataType } from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { halfPluginWeights } from '../../src/passes/half-plugin-weights.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { heatMap } from '../../src/passes/heat-map.js';
import { peakHeads } from '../../src/passes/peak-heads.js';
import { type HeadModel, headModel } from '../support/head-models.js';
import { graph, ops, randomFloats, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

const feeds = { x: { data: randomFloats(3 * 9 * 13, 7, 2), dims: [1, 3, 9, 13] } };

describe('heatMap', () => {
  test.each<HeadModel>([{ hidden: 128 }, { hidden: 256, features: 64, batch: 'n' }])(
    'one node with the values of the head: %o',
    async (parts) => {
      const dense = headModel(parts);
      const { model, changed, notes } = heatMap(dense);
      expect({ changed, notes }).toEqual({ changed: 1, notes: [] });
      expect(ops(model).filter((op) => op === 'Conv')).toHaveLength(
        ops(dense).filter((op) => op === 'Conv').length - 2,
      );
      const expected = await run(dense, feeds);
      const received = await run(standardModel(model), feeds);
      for (const [name, values] of Object.entries(expected))
        expect(maxAbsDifference(received[name] ?? [], values)).toBeLessThan(2e-4);
    },
  );

  test('behind half-precision and peak-heads: float16 features in, a float32 heat map out', () => {
    const half = halfPrecision(headModel({ hidden: 128 })).model;
    const { model } = heatMap(peakHeads(half).model);
    expect(ops(model)).toEqual(['Cast', 'Conv', 'FairmotHeatMap', 'FairmotPeakHeads']);
    const weights = graph(model).initializer.filter(({ name }) => name.startsWith('heat_map'));
    expect(weights.map(({ dataType, dims }) => [dataType, dims.map(Number)])).toEqual([
      [DataType.FLOAT16, [128, 3, 3, 8]],
      [DataType.FLOAT, [128]],
      [DataType.FLOAT, [1, 128]],
      [DataType.FLOAT, [1]],
    ]);
    expect(halfPluginWeights(model).changed).toBe(0);
  });

  test.each<[HeadModel, string[]]>([
    [
      { hidden: 64 },
      ['The plugin takes a multiple of 128 hidden channels, not 64, so the heat map\u2019s head stays as it is'],
    ],
    [
      { hidden: 128, heads: { hm: 3, wh: 4, id: 4 } },
      ['The plugin takes 1 class, not 3, so the heat map\u2019s head stays as it is'],
    ],
    [
      { hidden: 128, features: 72 },
      ['The plugin takes 8 to 64 feature channels, not 72, so the heat map\u2019s head stays as it is'],
    ],
    [{ hidden: 128, linear: ['hm'] }, []],
    [{ hidden: 128, heads: { other: 1 } }, []],
  ])('left as it is: %o', (parts, notes) => {
    const model = headModel(parts);
    expect(heatMap(model)).toEqual({ model, changed: 0, notes });
  });
});
