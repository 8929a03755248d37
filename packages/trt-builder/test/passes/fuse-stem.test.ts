import {
  TensorProto_DataType as DataType,
  intOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuseStem } from '../../src/passes/fuse-stem.js';
import { halfPluginWeights } from '../../src/passes/half-plugin-weights.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { packedStemWeights, type StemConvolution } from '../../src/passes/stem-weights.js';
import { float, graph, modelOf, ops, randomFloats, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';
import { placeOfStemWeight } from '../support/standard-stem.js';

interface Stem {
  readonly widths: readonly [number, number, number];
  readonly size: readonly [number, number];
  readonly batch?: number;
  readonly bias?: boolean;
  readonly kernels?: readonly number[];
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly groups?: number;
  readonly half?: boolean;
  readonly alsoOut?: string;
}

/** input -> [Cast] -> Conv, Relu, Conv, Relu, Conv, Relu -> y */
function stemModel({ widths, size, bias = true, half = false, ...rest }: Stem): ModelProto {
  const { batch = 1, kernels = [7, 3, 3], strides = [1, 1, 2], pads = [3, 1, 1], groups = 1, alsoOut } = rest;
  const type = half ? 'float16' : 'float32';
  const nodes: NodeProto[] = half ? [castNode('input', 'x', DataType.FLOAT16)] : [];
  const initializers = [];
  let source = half ? 'x' : 'input';
  for (const [i, out] of widths.entries()) {
    const [kernel, channels] = [
      kernels[i] as number,
      (i === 0 ? 3 : (widths[i - 1] as number)) / (i === 1 ? groups : 1),
    ];
    const taps = channels * kernel * kernel;
    initializers.push(
      tensorFromFloats(
        `w${i}`,
        [out, channels, kernel, kernel],
        randomFloats(out * taps, i + 1, 2 / Math.sqrt(taps)),
        type,
      ),
      ...(bias ? [tensorFromFloats(`b${i}`, [out], randomFloats(out, i + 5, 0.2), type)] : []),
    );
    nodes.push(
      nodeFrom({
        op: 'Conv',
        name: `conv${i}`,
        inputs: [source, `w${i}`, ...(bias ? [`b${i}`] : [])],
        outputs: [`c${i}`],
        attributes: {
          strides: Array(2).fill(strides[i]),
          pads: Array(4).fill(pads[i]),
          group: i === 1 ? groups : 1,
        },
      }),
      nodeFrom({ op: 'Relu', name: `relu${i}`, inputs: [`c${i}`], outputs: [i === 2 && !half ? 'y' : `r${i}`] }),
    );
    source = `r${i}`;
  }
  if (half) nodes.push(castNode('r2', 'y', DataType.FLOAT));
  const out = [batch, widths[2], Math.ceil(size[0] / 2), Math.ceil(size[1] / 2)];
  return modelOf({
    nodes,
    initializers,
    inputs: [float('input', [batch, 3, ...size])],
    outputs: [float('y', out), ...(alsoOut ? [float(alsoOut, [batch, widths[0], ...size])] : [])],
  });
}

function castNode(from: string, to: string, type: number): NodeProto {
  return nodeFrom({ op: 'Cast', name: to, inputs: [from], outputs: [to], attributes: { to: type } });
}

function feedsOf({ size, batch = 1 }: Stem) {
  const dims = [batch, 3, ...size];
  return { input: { data: randomFloats(batch * 3 * size[0] * size[1], 9), dims } };
}

async function differenceOf(model: ModelProto, fused: ModelProto, stem: Stem): Promise<number> {
  const feeds = feedsOf(stem);
  const [expected, received] = [await run(model, feeds), await run(standardModel(fused), feeds)];
  expect(Math.max(...(expected.y as Float32Array))).toBeGreaterThan(0.1);
  return maxAbsDifference(expected.y as Float32Array, received.y as Float32Array);
}

const full: Stem = { widths: [16, 16, 32], size: [20, 27] };

describe('fuseStem', () => {
  test('any widths up to 16, 16 and 32: equal values', async () => {
    const width = (max: number) => fc.integer({ min: 1, max });
    const stems = fc.record({
      widths: fc.tuple(width(16), width(16), width(32)),
      size: fc.tuple(width(20), width(24)),
      batch: width(2),
      bias: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(stems, async (stem) => {
        const model = stemModel(stem);
        const { model: fused, changed, notes } = fuseStem(model);
        expect([changed, notes]).toEqual([1, []]);
        expect(ops(fused)).toEqual(['FairmotStem']);
        const feeds = feedsOf(stem);
        const [expected, received] = [await run(model, feeds), await run(standardModel(fused), feeds)];
        expect(maxAbsDifference(expected.y as Float32Array, received.y as Float32Array)).toBeLessThan(1e-5);
      }),
      { numRuns: 15 },
    );
  });

  test('the node says the widths; weights and biases of all networks have the same shapes', () => {
    const { model } = fuseStem(stemModel({ widths: [8, 8, 16], size: [8, 8] }));
    const node = graph(model).node[0] as NodeProto;
    expect(node).toMatchObject({ name: 'conv0', input: ['input', 'w0_stem', 'w0_stem_bias'], output: ['y'] });
    const names = ['base_channels', 'level0_channels', 'level1_channels'];
    expect(names.map((name) => intOfAttribute(node, name, 0))).toEqual([8, 8, 16]);
    expect(graph(model).initializer.map(({ dims }) => dims.map(Number))).toEqual([[9728], [64]]);
  });

  test('each weight has one place, the rest is 0, in the order that the kernel reads', () => {
    const kernels = [7, 3, 3];
    const widths = [3, 16, 16, 32];
    let next = 1;
    const layers = kernels.map((kernel, i): StemConvolution => {
      const [inChannels, outChannels] = [widths[i] as number, widths[i + 1] as number];
      const weight = Float32Array.from({ length: outChannels * inChannels * kernel * kernel }, () => next++);
      return { outChannels, inChannels, kernel, weight, bias: new Float32Array(outChannels) };
    });
    const packed = packedStemWeights(layers as never);
    for (const [layer, { outChannels, inChannels, kernel, weight }] of layers.entries()) {
      for (const [i, value] of weight.entries()) {
        const [out, channel] = [
          Math.floor(i / (inChannels * kernel * kernel)),
          Math.floor(i / (kernel * kernel)) % inChannels,
        ];
        expect(out).toBeLessThan(outChannels);
        expect(packed[placeOfStemWeight(layer, out, channel, Math.floor(i / kernel) % kernel, i % kernel)]).toBe(value);
      }
    }
    expect(packed.filter((value) => value !== 0)).toHaveLength(next - 1);
    // plugins/stem/test/hostTest.cpp computes the same sum from the kernel's own description
    expect(packed.reduce((sum, value, i) => (sum + (i + 1) * value) % 1_000_000_007, 0)).toBe(125_051_424);
  });

  test('a float16 network: the Cast before it goes, the weights stay float16, the biases become float32', async () => {
    const stem = { ...full, half: true };
    const model = stemModel(stem);
    const { model: fused } = fuseStem(model);
    expect(ops(fused)).toEqual(['FairmotStem', 'Cast']);
    expect(graph(fused).node[0]?.input[0]).toBe('input');
    expect(graph(fused).initializer.map(({ dataType }) => dataType)).toEqual([DataType.FLOAT16, DataType.FLOAT]);
    expect(await differenceOf(model, fused, stem)).toBeLessThan(0.02);
  });

  test('a Cast that others need stays, and the stem takes float16', () => {
    const model = stemModel({ ...full, half: true });
    graph(model).node.push(castNode('x', 'again', DataType.FLOAT));
    graph(model).output.push({ ...(graph(model).output[0] as object), name: 'again' } as never);
    const fused = fuseStem(model).model;
    expect(ops(fused)).toEqual(['Cast', 'FairmotStem', 'Cast', 'Cast']);
    expect(graph(fused).node[1]?.input[0]).toBe('x');
  });

  test('weakly typed fp16: weights become float16, the biases stay float32', () => {
    const { model } = halfPluginWeights(fuseStem(stemModel(full)).model);
    const tensors = graph(model).initializer;
    expect(tensors.map(({ name, dataType }) => [name, dataType])).toEqual([
      ['w0_stem_bias', DataType.FLOAT],
      ['w0_stem_float16', DataType.FLOAT16],
    ]);
  });

  test('strongly typed fp16: float32 image and biases, float16 weights and output', async () => {
    const model = stemModel(full);
    const half = halfPrecision(fuseStem(model).model).model;
    expect(ops(half)).toEqual(['FairmotStem', 'Cast']);
    expect(graph(half).node[0]).toMatchObject({
      input: ['input', 'w0_stem_float16', 'w0_stem_bias'],
      output: ['y_float16'],
    });
    const types = new Map(graph(half).initializer.map(({ name, dataType }) => [name, dataType]));
    expect(types.get('w0_stem_float16')).toBe(DataType.FLOAT16);
    expect(types.get('w0_stem_bias')).toBe(DataType.FLOAT);
    const difference = await differenceOf(model, half, full);
    expect(difference).toBeLessThan(0.02);
    expect(difference).toBeGreaterThan(0);
  });

  test.each<[string, Stem]>([
    ['another kernel', { ...full, kernels: [5, 3, 3], pads: [2, 1, 1] }],
    ['another stride', { ...full, strides: [2, 1, 1] }],
    ['another padding', { ...full, pads: [3, 1, 0] }],
    ['groups', { ...full, groups: 2 }],
    ['a value between that is an output', { ...full, alsoOut: 'r0' }],
  ])('leaves layers as they are: %s', (_, stem) => {
    const model = stemModel(stem);
    const result = fuseStem(model);
    expect(result).toMatchObject({ changed: 0, notes: [] });
    expect(ops(result.model)).toEqual(ops(model));
  });

  test('leaves layers that are too wide, and says so', () => {
    expect(fuseStem(stemModel({ ...full, widths: [16, 24, 32] }))).toMatchObject({
      changed: 0,
      notes: ['Conv conv0 begins layers of 16, 24, 32 channels (limits 16, 16, 32), so they stay apart'],
    });
  });

  test('leaves a computed weight', () => {
    const model = stemModel(full);
    const weight = graph(model).initializer.find(({ name }) => name === 'w1');
    (weight as { name: string }).name = 'given';
    graph(model).node.unshift(nodeFrom({ op: 'Neg', name: 'neg', inputs: ['given'], outputs: ['w1'] }));
    expect(fuseStem(model).changed).toBe(0);
  });
});
