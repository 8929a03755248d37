import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  type ModelProto,
  nodeFrom,
  tensorFromFloats,
  valueInfoFrom,
} from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuseRoot } from '../../src/passes/fuse-root.js';
import { halfPluginWeights } from '../../src/passes/half-plugin-weights.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { type Feeds, float, graph, modelOf, ops, randomFloats, randomTensor, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

interface RootLayer {
  readonly channels: readonly number[];
  readonly outChannels?: number;
  readonly kernel?: number;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
  readonly axis?: number;
  readonly bias?: boolean;
  readonly activation?: string;
  readonly alsoOut?: 'joined' | 'convolved';
}

const size = [3, 5] as const;

/** x0, x1 ... -> Neg each -> Concat -> Conv -> Relu -> y */
function rootModel({ channels, outChannels = 16, kernel = 1, axis = 1, ...rest }: RootLayer): ModelProto {
  const { bias = true, activation = 'Relu', alsoOut, attributes = {} } = rest;
  const sum = axis === 1 ? channels.reduce((total, count) => total + count, 0) : (channels[0] as number);
  const maps = channels.map((_, i) => `m${i}`);
  const inputs = ['joined', 'weight', ...(bias ? ['bias'] : [])];
  return modelOf({
    nodes: [
      ...maps.map((name, i) => nodeFrom({ op: 'Neg', name: `neg${i}`, inputs: [`x${i}`], outputs: [name] })),
      nodeFrom({ op: 'Concat', name: 'cat', inputs: maps, outputs: ['joined'], attributes: { axis } }),
      nodeFrom({ op: 'Conv', name: 'conv', inputs, outputs: ['convolved'], attributes }),
      nodeFrom({ op: activation, name: 'act', inputs: ['convolved'], outputs: ['y'] }),
    ],
    initializers: [
      randomTensor('weight', [outChannels, sum / Number(attributes.group ?? 1), kernel, kernel], 1),
      ...(bias ? [randomTensor('bias', [outChannels], 2)] : []),
    ],
    inputs: channels.map((count, i) => float(`x${i}`, [1, count, ...size])),
    outputs: [
      float('y', [1, outChannels, 'h', 'w']),
      ...(alsoOut ? [float(alsoOut, [1, alsoOut === 'joined' ? sum : outChannels, 'h', 'w'])] : []),
    ],
    values: channels.map((count, i) => float(`m${i}`, [1, count, ...size])),
  });
}

function feedsOf(channels: readonly number[]): Feeds {
  const [height, width] = size;
  return Object.fromEntries(
    channels.map((count, i) => [
      `x${i}`,
      { data: randomFloats(count * height * width, 7 + i), dims: [1, count, height, width] },
    ]),
  );
}

/** The node from its documentation, in float64. */
function pluginValues(model: ModelProto, channels: readonly number[]): number[] {
  const [weights, bias] = graph(model).initializer.map(floatsFromTensor) as [Float32Array, Float32Array];
  const feeds = feedsOf(channels);
  const area = size[0] * size[1];
  const joined = channels.flatMap((_, i) => Array.from(feeds[`x${i}`]?.data ?? [], (value) => -value));
  const sum = joined.length / area;
  return Array.from({ length: bias.length * area }, (_, i) => {
    const [o, pixel] = [Math.floor(i / area), i % area];
    let value = bias[o] as number;
    for (let c = 0; c < sum; c++) value += (weights[o * sum + c] as number) * (joined[c * area + pixel] as number);
    return Math.max(0, value);
  });
}

describe('fuseRoot', () => {
  test('equal values for 2 to 4 maps, with a bias and without', async () => {
    const layers = fc.record({
      channels: fc.array(fc.constantFrom(8, 16, 24), { minLength: 2, maxLength: 4 }),
      outChannels: fc.constantFrom(8, 24),
      bias: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const model = rootModel(layer);
        const { model: fused, changed, notes } = fuseRoot(model);
        expect([changed, notes]).toEqual([1, []]);
        expect(ops(fused)).toEqual([...layer.channels.map(() => 'Neg'), 'FairmotRoot']);
        const feeds = feedsOf(layer.channels);
        const [expected, received] = [await run(model, feeds), await run(standardModel(fused), feeds)];
        expect(maxAbsDifference(expected.y as Float32Array, received.y as Float32Array)).toBeLessThan(1e-5);
        expect(maxAbsDifference(expected.y as Float32Array, pluginValues(fused, layer.channels))).toBeLessThan(1e-5);
      }),
      { numRuns: 12 },
    );
  });

  test('the node: its inputs, attribute and tensors', () => {
    const { model } = fuseRoot(rootModel({ channels: [8, 16, 8] }));
    expect(graph(model).node.at(-1)).toMatchObject({
      name: 'conv',
      input: ['m0', 'm1', 'm2', 'weight_root', 'weight_root_bias'],
      output: ['y'],
      attribute: [{ name: 'maps', i: 3n }],
    });
    expect(graph(model).initializer.map(({ name, dims }) => [name, dims.map(Number)])).toEqual([
      ['weight_root', [16, 32]],
      ['weight_root_bias', [16]],
    ]);
  });

  test('a map may have other consumers', () => {
    const model = rootModel({ channels: [8, 8] });
    graph(model).node.push(nodeFrom({ op: 'Abs', name: 'abs', inputs: ['m1'], outputs: ['z'] }));
    graph(model).output.push(valueInfoFrom(float('z', [1, 8, ...size])));
    const { model: fused, changed } = fuseRoot(model);
    expect(changed).toBe(1);
    expect(ops(fused)).toEqual(['Neg', 'Neg', 'FairmotRoot', 'Abs']);
  });

  test('weights become float16, the bias stays float32', () => {
    const types = (model: ModelProto) => graph(model).initializer.map(({ dataType }) => dataType);
    const { model } = fuseRoot(rootModel({ channels: [8, 8] }));
    expect(types(halfPluginWeights(model).model).sort()).toEqual([DataType.FLOAT, DataType.FLOAT16]);
    const typed = halfPrecision(model).model;
    expect(types(typed).sort()).toEqual([DataType.FLOAT, DataType.FLOAT16]);
    expect(ops(typed)).toEqual(['Neg', 'Neg', 'Cast', 'Cast', 'FairmotRoot', 'Cast']);
    const half = rootModel({ channels: [8, 8] });
    graph(half).initializer[0] = tensorFromFloats('weight', [16, 16, 1, 1], randomFloats(256, 1), 'float16');
    graph(half).initializer[1] = tensorFromFloats('bias', [16], randomFloats(16, 2), 'float16');
    expect(types(fuseRoot(half).model)).toEqual([DataType.FLOAT16, DataType.FLOAT]);
  });

  test.each<[string, RootLayer]>([
    ['five maps', { channels: [8, 8, 8, 8, 8] }],
    ['one map', { channels: [8] }],
    ['another axis', { channels: [8, 8], axis: 2 }],
    ['a kernel of 3x3', { channels: [8, 8], kernel: 3 }],
    ['stride 2', { channels: [8, 8], attributes: { strides: [2, 2] } }],
    ['padding', { channels: [8, 8], attributes: { pads: [1, 1, 1, 1] } }],
    ['groups', { channels: [8, 8], attributes: { group: 2 } }],
    ['another activation', { channels: [8, 8], activation: 'Sigmoid' }],
    ['a concatenation that is an output, too', { channels: [8, 8], alsoOut: 'joined' }],
    ['a convolution that is an output, too', { channels: [8, 8], alsoOut: 'convolved' }],
  ])('leaves a layer as it is: %s', (_, layer) => {
    const model = rootModel(layer);
    const result = fuseRoot(model);
    expect(result).toMatchObject({ changed: 0, notes: [] });
    expect(ops(result.model)).toEqual(ops(model));
  });

  test('channels that do not fit or are not known stay, with a note', () => {
    expect(fuseRoot(rootModel({ channels: [8, 12, 12] })).notes).toEqual([
      'Concat cat has 8 + 12 + 12 channels and gives 16 (FairmotRoot takes multiples of 8), so it stays as it is',
    ]);
    expect(fuseRoot(rootModel({ channels: [8, 8], outChannels: 12 })).notes).toHaveLength(1);
    const model = rootModel({ channels: [8, 8] });
    graph(model).valueInfo = graph(model).valueInfo.slice(0, 1);
    expect(fuseRoot(model)).toMatchObject({
      changed: 0,
      notes: ['Concat cat has m1, a map with an unknown number of channels, so it stays as it is'],
    });
  });
});
