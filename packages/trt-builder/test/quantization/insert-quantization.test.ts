import {
  bytesFromModel,
  floatsFromHalves,
  halvesFromFloats,
  type ModelProto,
  type NodeProto,
  nodeFrom,
} from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { floatQuantizedWeights } from '../../src/passes/float-quantized-weights.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { insertQuantization } from '../../src/quantization/insert-quantization.js';
import { quantizedLayers } from '../../src/quantization/quantized-layers.js';
import { float, graph, modelOf, ops, randomFloats, randomTensor, run } from '../support/models.js';
import { plainRun } from '../support/plain-run.js';
import { quantizableModel } from '../support/quantizable-model.js';

const x = { data: randomFloats(192, 77), dims: [1, 3, 8, 8] };
const ranges: Record<string, number> = { features: 1.5, 'tree,features': 2, rooted: 0.9, relu1: 1.1, project: 0.7 };
const rangeOf = (values: readonly string[]) =>
  values.reduce((max, value) => Math.max(max, ranges[value] ?? Number.NaN), 0);

/** As ONNX Runtime computes QuantizeLinear and DequantizeLinear one by one, without kernels that join them. */
async function runUnfused(model: ModelProto): Promise<Float32Array> {
  const extra = { session: { disable_quant_qdq: '1' } };
  const session = await InferenceSession.create(bytesFromModel(model), { logSeverityLevel: 3, extra });
  const { out } = await session.run({ x: new Tensor('float32', x.data, x.dims) });
  await session.release();
  return out?.data as Float32Array;
}

const half = (value: number) => floatsFromHalves(halvesFromFloats(Float32Array.of(value)))[0] as number;
const fake = (value: number, range: number) => {
  const scale = half(range / 127);
  return scale * Math.max(-128, Math.min(127, Math.round(value / scale)));
};

/** What quantised layers see, written down by hand: positions of inputs with the range of their scale. */
const expectedRanges: Record<string, number> = {
  'project 0': 1.5,
  'conv1 0': 1.5,
  'conv2 0': 1.1,
  'add 1': 0.7,
  'root 0': 1.5,
  'head0 0': 0.9,
  'down 0': 1.5,
  'cat 0': 1.5,
  'cat 1': 1.5,
};

/** Weights by output channel, inputs by the table above. */
function replaced(node: NodeProto, position: number, data: Float32Array): Float32Array {
  const range = expectedRanges[`${node.name} ${position}`];
  if (range !== undefined) return data.map((value) => fake(value, range));
  if (position !== 1 || !expectedRanges[`${node.name} 0`] || node.opType !== 'Conv') return data;
  const channels = { project: 4, conv1: 4, conv2: 4, root: 6, head0: 4 }[node.name] as number;
  const size = data.length / channels;
  return data.map((value, i) => {
    const begin = Math.floor(i / size) * size;
    const largest = data.subarray(begin, begin + size).reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
    return fake(value, largest);
  });
}

describe('insertQuantization', () => {
  const model = quantizableModel();
  const layers = quantizedLayers(graph(model), { quantize: ['head0'] });
  ranges.tree = 1.4;
  const quantized = insertQuantization(model, { layers, rangeOf });

  test('chooses the layers between stem and head, and those asked for', () => {
    expect(quantizedLayers(graph(model))).toEqual(['project', 'conv1', 'conv2', 'root']);
    expect(layers).toEqual(['project', 'conv1', 'conv2', 'root', 'head0']);
    expect(quantized.changed).toBe(5);
    expect(quantized.notes).toEqual([]);
  });

  test('computes what fake quantisation by definition computes', async () => {
    const expected = plainRun(model, { shape: [3, 8, 8], data: x.data }, replaced).get('out')?.data ?? [];
    const float32 = plainRun(model, { shape: [3, 8, 8], data: x.data }, (_, __, data) => data).get('out')?.data ?? [];
    const received = await runUnfused(quantized.model);
    expect(maxAbsDifference(received, expected)).toBeLessThan(1e-5);
    expect(maxAbsDifference(received, float32)).toBeGreaterThan(1e-3);
  });

  test('runs in ONNX Runtime as it is, with its int8 kernels', async () => {
    const { out } = await run(quantized.model, { x });
    expect(maxAbsDifference(out as Float32Array, await runUnfused(quantized.model))).toBeLessThan(0.03);
  });

  test('the Add takes its other operand in int8, Concat and MaxPool work between equal scales', () => {
    const nodes = new Map(graph(quantized.model).node.map((node) => [node.name, node]));
    expect(nodes.get('add')?.input).toEqual(['conv2', 'project_dequantized']);
    const scaleOf = (name: string) => nodes.get(name)?.input[1];
    const shared = ['features', 'tree', 'down', 'cat'].map((value) => scaleOf(`${value}_quantized`));
    expect(new Set(shared).size).toBe(1);
    expect(scaleOf('rooted_quantized')).not.toBe(shared[0]);
    expect(nodes.get('head2')?.input[0]).toBe('head1');
  });

  test('weights as floats between Quantize and Dequantize are the same numbers', async () => {
    const floats = floatQuantizedWeights(quantized.model);
    expect(floats.changed).toBe(5);
    expect(await runUnfused(floats.model)).toEqual(await runUnfused(quantized.model));
    expect(floatQuantizedWeights(floats.model).changed).toBe(0);
  });

  test('typed float16, the scales are the same and the result is that to half precision', async () => {
    const typed = halfPrecision(quantized.model).model;
    expect(ops(typed).filter((op) => op === 'Cast')).toHaveLength(2);
    expect(maxAbsDifference(await runUnfused(typed), await runUnfused(quantized.model))).toBeLessThan(0.03);
  });

  test('a layer whose input has no known range stays as it is, with a note', () => {
    const partly = insertQuantization(model, {
      layers,
      rangeOf: (values) => (values.includes('rooted') ? null : rangeOf(values)),
    });
    expect(partly.changed).toBe(4);
    expect(partly.notes).toEqual(['head0 has an input of unknown range, so it stays as it is']);
  });

  test('layers that a pass replaced are left out', () => {
    expect(insertQuantization(model, { layers: ['gone', 'root'], rangeOf }).changed).toBe(1);
  });

  test('transposed convolutions: scales by output channel, dense and depthwise', async () => {
    for (const [group, shape] of [
      [1, [3, 2, 2, 2]],
      [3, [3, 1, 2, 2]],
    ] as const) {
      const outputs = group === 1 ? 2 : 3;
      const attributes = { group, strides: [2, 2] };
      const up = nodeFrom({ op: 'ConvTranspose', name: 'up', inputs: ['x', 'w'], outputs: ['out'], attributes });
      const small = modelOf({
        nodes: [up],
        initializers: [randomTensor('w', shape, 3)],
        inputs: [float('x', [1, 3, 8, 8])],
        outputs: [float('out', [1, outputs, 16, 16])],
      });
      const names = quantizedLayers(graph(small), { quantize: ['u?'] });
      const { model: int8 } = insertQuantization(small, { layers: names, rangeOf: () => 1 });
      const scales = graph(int8).initializer.find(({ name }) => name === 'w_scale');
      expect(scales?.dims.map(Number)).toEqual([outputs]);
      const [expected, received] = [(await run(small, { x })).out, await runUnfused(int8)];
      expect(maxAbsDifference(received, expected as Float32Array)).toBeLessThan(0.03);
    }
  });
});
