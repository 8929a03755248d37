import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  type ModelProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { densifyDepthwiseTranspose } from '../../src/passes/densify-depthwise-transpose.js';
import { fuseUpsampleAdd } from '../../src/passes/fuse-upsample-add.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { float, graph, modelOf, ops, randomFloats, randomTensor, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

interface Upsampling {
  readonly channels: number;
  readonly factor: number;
  readonly kernel?: number;
  readonly group?: number;
  readonly bias?: boolean;
  readonly skipFirst?: boolean;
  readonly skipShape?: readonly number[];
  readonly alsoOut?: boolean;
}

const size = [3, 5] as const;

/** x -> ConvTranspose; skip -> Neg; Add of both -> y */
function upsampling({ channels, factor, kernel = 2 * factor, group = channels, ...rest }: Upsampling): ModelProto {
  const { bias = false, skipFirst = false, alsoOut = false } = rest;
  const whole = [1, channels, size[0] * factor, size[1] * factor];
  const skipShape = rest.skipShape ?? whole;
  return modelOf({
    nodes: [
      nodeFrom({
        op: 'ConvTranspose',
        name: 'up',
        inputs: ['x', 'weight', ...(bias ? ['bias'] : [])],
        outputs: ['upsampled'],
        attributes: {
          kernel_shape: [kernel, kernel],
          strides: [factor, factor],
          pads: Array(4).fill((kernel - factor) / 2),
          group,
        },
      }),
      nodeFrom({ op: 'Neg', name: 'neg', inputs: ['skip'], outputs: ['negative'] }),
      nodeFrom({
        op: 'Add',
        name: 'add',
        inputs: skipFirst ? ['negative', 'upsampled'] : ['upsampled', 'negative'],
        outputs: ['y'],
      }),
    ],
    initializers: [
      randomTensor('weight', [channels, channels / group, kernel, kernel], 1),
      ...(bias ? [randomTensor('bias', [channels], 2)] : []),
    ],
    inputs: [float('x', [1, channels, ...size]), float('skip', skipShape)],
    outputs: [float('y', whole), ...(alsoOut ? [float('upsampled', whole)] : [])],
    values: [float('upsampled', whole), float('negative', skipShape)],
  });
}

function feedsOf({ channels, factor }: Upsampling) {
  const [height, width] = size;
  return {
    x: { data: randomFloats(channels * height * width, 7), dims: [1, channels, height, width] },
    skip: {
      data: randomFloats(channels * height * width * factor * factor, 8),
      dims: [1, channels, height * factor, width * factor],
    },
  };
}

/** The node from its documentation, in float64: output pixel (y, x) of channel c. */
function pluginValue(feeds: ReturnType<typeof feedsOf>, weights: TensorProto, c: number, y: number, x: number): number {
  const [kernel, , channels] = weights.dims.map(Number) as [number, number, number];
  const [factor, [height, width]] = [kernel / 2, size];
  const values = floatsFromTensor(weights);
  let sum = -(feeds.skip.data[(c * height * factor + y) * width * factor + x] as number);
  for (let tap = 0; tap < kernel * kernel; tap++) {
    const i = (y + factor / 2 - Math.floor(tap / kernel)) / factor;
    const j = (x + factor / 2 - (tap % kernel)) / factor;
    if (!Number.isInteger(i) || !Number.isInteger(j) || i < 0 || j < 0 || i >= height || j >= width) continue;
    sum += (feeds.x.data[(c * height + i) * width + j] as number) * (values[tap * channels + c] as number);
  }
  return sum;
}

describe('fuseUpsampleAdd', () => {
  test('equal values for any upsampling by 2 and 4', async () => {
    const layers = fc.record({
      channels: fc.constantFrom(8, 16, 24),
      factor: fc.constantFrom(2, 4),
      skipFirst: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const model = upsampling(layer);
        const { model: fused, changed, notes } = fuseUpsampleAdd(model);
        expect([changed, notes]).toEqual([1, []]);
        expect(ops(fused)).toEqual(['Neg', 'FairmotUpsampleAdd']);
        const feeds = feedsOf(layer);
        const [expected, received] = [await run(model, feeds), await run(standardModel(fused), feeds)];
        expect(maxAbsDifference(expected.y as Float32Array, received.y as Float32Array)).toBeLessThan(2e-6);
        const [height, width] = size.map((n) => n * layer.factor) as [number, number];
        const weights = graph(fused).initializer[0] as TensorProto;
        const direct = Array.from({ length: layer.channels * height * width }, (_, i) =>
          pluginValue(feeds, weights, Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width),
        );
        expect(maxAbsDifference(expected.y as Float32Array, direct)).toBeLessThan(2e-6);
      }),
      { numRuns: 12 },
    );
  });

  test('the node: its inputs, and weights [2f, 2f, C]', () => {
    const { model } = fuseUpsampleAdd(upsampling({ channels: 8, factor: 4 }));
    const node = graph(model).node.at(-1);
    expect(node).toMatchObject({ name: 'up', input: ['x', 'negative', 'weight_upsample'], output: ['y'] });
    expect(graph(model).initializer.map(({ name, dims }) => [name, dims.map(Number)])).toEqual([
      ['weight_upsample', [8, 8, 8]],
    ]);
  });

  test('float16 weights stay float16, and strongly typed networks compute in it', () => {
    const model = upsampling({ channels: 8, factor: 2 });
    graph(model).initializer[0] = tensorFromFloats('weight', [8, 1, 4, 4], randomFloats(128, 1), 'float16');
    expect(graph(fuseUpsampleAdd(model).model).initializer[0]?.dataType).toBe(DataType.FLOAT16);
    const typed = halfPrecision(fuseUpsampleAdd(upsampling({ channels: 8, factor: 2 })).model).model;
    expect(ops(typed)).toEqual(['Neg', 'Cast', 'Cast', 'FairmotUpsampleAdd', 'Cast']);
    expect(graph(typed).initializer.map(({ dataType }) => dataType)).toEqual([DataType.FLOAT16]);
  });

  test.each<[string, Upsampling]>([
    ['another factor', { channels: 8, factor: 3, kernel: 5 }],
    ['another kernel', { channels: 8, factor: 2, kernel: 6 }],
    ['dense', { channels: 8, factor: 2, group: 1 }],
    ['two channels a group', { channels: 8, factor: 2, group: 4 }],
    ['a bias', { channels: 8, factor: 2, bias: true }],
    ['an upsampled map that is an output, too', { channels: 8, factor: 2, alsoOut: true }],
    ['a sum with one number a channel', { channels: 8, factor: 2, skipShape: [1, 8, 1, 1] }],
  ])('leaves a layer as it is: %s', (_, layer) => {
    const model = upsampling(layer);
    const result = fuseUpsampleAdd(model);
    expect(result).toMatchObject({ changed: 0, notes: [] });
    expect(ops(result.model)).toEqual(ops(model));
  });

  test('channels in no multiple of 8 stay, with a note, for densify-depthwise-transpose', () => {
    const result = fuseUpsampleAdd(upsampling({ channels: 12, factor: 2 }));
    expect(result.notes).toEqual([
      'ConvTranspose up has 12 channels (FairmotUpsampleAdd takes multiples of 8), so it stays as it is',
    ]);
    expect(densifyDepthwiseTranspose(result.model).changed).toBe(1);
  });

  test('two upsampled maps added to each other: one becomes the skip of the other', () => {
    const model = upsampling({ channels: 8, factor: 2 });
    graph(model).node[1] = nodeFrom({
      op: 'ConvTranspose',
      name: 'up2',
      inputs: ['x', 'weight'],
      outputs: ['negative'],
      attributes: { strides: [2, 2], pads: [1, 1, 1, 1], group: 8 },
    });
    const result = fuseUpsampleAdd(model);
    expect(result.changed).toBe(1);
    expect(ops(result.model)).toEqual(['ConvTranspose', 'FairmotUpsampleAdd']);
  });
});
