import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  tensorFromFloats,
  tensorFromInt8s,
  valueInfoFrom,
} from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floatQuantizedWeights } from '../../src/passes/float-quantized-weights.js';
import { fuseQuantizedRoot } from '../../src/passes/fuse-quantized-root.js';
import { halfPluginWeights } from '../../src/passes/half-plugin-weights.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { insertQuantization } from '../../src/quantization/insert-quantization.js';
import { float, graph, ops, randomTensor, run, unfused } from '../support/models.js';
import {
  feedsOf,
  layers,
  quantized,
  type RootLayer,
  range,
  rootModel,
  runnable,
  size,
} from '../support/quantized-root-model.js';
import { standardModel } from '../support/standard-model.js';

const only = (model: ModelProto, op: string) => graph(model).node.find(({ opType }) => opType === op) as NodeProto;

describe('fuseQuantizedRoot', () => {
  test('equal values for 2 to 4 maps', async () => {
    const shapes = fc.record({
      channels: fc.array(fc.constantFrom(32, 64), { minLength: 2, maxLength: 4 }),
      outChannels: fc.constantFrom(32, 96),
      bias: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async (layer) => {
        const model = quantized(layer);
        const { model: fused, changed, notes } = fuseQuantizedRoot(model);
        expect([changed, notes]).toEqual([1, []]);
        const feeds = feedsOf(layer.channels);
        const expected = await run(runnable(model), feeds, unfused);
        const received = await run(standardModel(runnable(fused)), feeds, unfused);
        expect(maxAbsDifference(expected.z as Float32Array, received.z as Float32Array)).toBeLessThan(1e-4);
        expect(maxAbsDifference(expected.p as Float32Array, received.p as Float32Array)).toBeLessThan(1e-4);
      }),
      { numRuns: 12 },
    );
  });

  test('the nodes: maps in int8, one int8 output, the DequantizeLinear behind it for all, the plugin too', () => {
    const { model } = fuseQuantizedRoot(quantized({ channels: [32, 64, 32] }));
    const pairs = [...'xxx'].flatMap(() => ['QuantizeLinear']);
    expect(ops(model).filter((op) => !['Neg', 'DequantizeLinear'].includes(op))).toEqual([
      ...pairs,
      'FairmotQuantizedRoot',
      ...['Conv', 'FairmotHeatMap'],
    ]);
    const root = only(model, 'FairmotQuantizedRoot');
    expect(root).toMatchObject({
      name: 'conv',
      output: ['y_quantized'],
      attribute: [
        { name: 'maps', i: 3n },
        { name: 'outputs', i: 1n },
      ],
    });
    expect(root.input.slice(0, 3)).toEqual(['m0_quantized', 'm1_quantized', 'm2_quantized']);
    expect(only(model, 'FairmotHeatMap').input).toEqual(['y_dequantized']);
    expect(only(model, 'Conv').input[0]).toBe('y_dequantized');
    const tensors = root.input.slice(3).map((name) => graph(model).initializer.find((tensor) => tensor.name === name));
    expect(tensors.map((tensor) => [tensor?.dataType, tensor?.dims.map(Number)])).toEqual([
      [DataType.INT32, [32, 32]],
      [DataType.FLOAT, [32]],
      [DataType.FLOAT, [32]],
      [DataType.FLOAT, [1]],
    ]);
  });

  test('factors are exactly the product of both scales; the weights are those of DequantizeLinear', () => {
    const model = quantized({ channels: [32, 32] });
    const { model: fused } = fuseQuantizedRoot(model);
    const constant = (of: ModelProto, name: string) => graph(of).initializer.find((tensor) => tensor.name === name);
    const [weights, factors, , scale] = only(fused, 'FairmotQuantizedRoot')
      .input.slice(2)
      .map((name) => constant(fused, name));
    const floats = (name: string) => floatsFromTensor(constant(model, name) as never);
    const step = floats('activation_scale')[0] as number;
    expect(Array.from(floatsFromTensor(factors as never))).toEqual(Array.from(floats('weight_scale'), (s) => s * step));
    expect(floatsFromTensor(scale as never)[0]).toBe(step);
    expect(weights?.rawData).toEqual(constant(model, 'weight_int8')?.rawData);
  });

  test('a root stays whose value something takes before its quantisation, or whose value has none', () => {
    const whole = { channels: [32, 32] };
    expect(fuseQuantizedRoot(quantized(whole, true))).toMatchObject({ changed: 0, notes: [] });
    for (const takers of [['plugin'], ['int8', 'output']] as const)
      expect(fuseQuantizedRoot(quantized({ ...whole, takers }))).toMatchObject({ changed: 0, notes: [] });
    expect(fuseQuantizedRoot(quantized({ ...whole, takers: ['int8'] })).changed).toBe(1);
  });

  test('a root whose maps come from another one takes its int8 output', async () => {
    const first = rootModel({ channels: [32, 32], takers: [] });
    const conv = (name: string, input: string, output: string) =>
      nodeFrom({ op: 'Conv', name, inputs: [input, `${name}.weight`], outputs: [output] });
    graph(first).node.push(
      nodeFrom({ op: 'Concat', name: 'cat2', inputs: ['y', 'm0'], outputs: ['joined2'], attributes: { axis: 1 } }),
      conv('conv2', 'joined2', 'convolved2'),
      nodeFrom({ op: 'Relu', name: 'act2', inputs: ['convolved2'], outputs: ['y2'] }),
      conv('next', 'y2', 'z2'),
    );
    graph(first).initializer.push(
      randomTensor('conv2.weight', [32, 64, 1, 1], 9),
      randomTensor('next.weight', [8, 32, 1, 1], 10),
    );
    graph(first).output.push(valueInfoFrom(float('z2', [1, 8, ...size])));
    graph(first).valueInfo.push(valueInfoFrom(float('y', [1, 32, ...size])));
    const options = { layers: ['conv', 'conv2', 'next'], rangeOf: () => range };
    const { model } = insertQuantization(first, options);
    const { model: fused, changed } = fuseQuantizedRoot(model);
    expect(changed).toBe(2);
    const roots = graph(fused).node.filter(({ opType }) => opType === 'FairmotQuantizedRoot');
    expect(roots.map(({ input, output }) => [input.slice(0, 2), output])).toEqual([
      [['m0_quantized', 'm1_quantized'], ['y_quantized']],
      [['y_quantized', 'm0_quantized'], ['y2_quantized']],
    ]);
    const dequantized = graph(fused).node.filter(({ opType }) => opType === 'DequantizeLinear');
    expect(dequantized.map(({ input }) => input[0])).toEqual(['y2_quantized', 'next.weight_int8']);
    const feeds = feedsOf([32, 32]);
    const [expected, received] = [await run(model, feeds, unfused), await run(standardModel(fused), feeds, unfused)];
    expect(maxAbsDifference(expected.z2 as Float32Array, received.z2 as Float32Array)).toBeLessThan(1e-4);
  });

  test('typed and untyped: the root keeps int8, int32 and float32', () => {
    const { model } = fuseQuantizedRoot(quantized({ channels: [32, 32] }));
    const kinds = (of: ModelProto) => {
      const names = only(of, 'FairmotQuantizedRoot').input.slice(2);
      return names.map((name) => graph(of).initializer.find((tensor) => tensor.name === name)?.dataType);
    };
    const wanted = [DataType.INT32, DataType.FLOAT, DataType.FLOAT, DataType.FLOAT];
    expect(kinds(halfPluginWeights(floatQuantizedWeights(model).model).model)).toEqual(wanted);
    const typed = halfPrecision(model).model;
    expect(kinds(typed)).toEqual(wanted);
    expect(only(typed, 'FairmotQuantizedRoot').output).toEqual(['y_quantized']);
  });

  test.each<[string, RootLayer]>([
    ['five maps', { channels: [32, 32, 32, 32, 32] }],
    ['one map', { channels: [32] }],
    ['another axis', { channels: [32, 32], axis: 2 }],
    ['stride 2', { channels: [32, 32], attributes: { strides: [2, 2] } }],
    ['groups', { channels: [32, 32], attributes: { group: 2 } }],
    ['another activation', { channels: [32, 32], activation: 'Sigmoid' }],
    ['a convolution that is an output, too', { channels: [32, 32], alsoOut: 'convolved' }],
  ])('leaves a layer as it is: %s', (_, layer) => {
    const model = quantized(layer);
    const result = fuseQuantizedRoot(model);
    expect(result).toMatchObject({ changed: 0, notes: [] });
    expect(ops(result.model)).toEqual(ops(model));
  });

  test('leaves what is not quantised, has maps of two scales or a zero point', () => {
    expect(fuseQuantizedRoot(rootModel({ channels: [32, 32] })).changed).toBe(0);
    const two = quantized({ channels: [32, 32] });
    const dequantize = graph(two).node.find(({ output }) => output[0] === 'm1_dequantized') as NodeProto;
    graph(two).initializer.push(tensorFromFloats('other_scale', [], Float32Array.of(0.5)));
    dequantize.input[1] = 'other_scale';
    expect(fuseQuantizedRoot(two).changed).toBe(0);
    const shifted = quantized({ channels: [32, 32] });
    const zero = graph(shifted).initializer.findIndex(({ name }) => name === 'activation_zero');
    graph(shifted).initializer[zero] = tensorFromInt8s('activation_zero', [], Int8Array.of(3));
    expect(fuseQuantizedRoot(shifted).changed).toBe(0);
  });

  test('channels that do not fit or are not known stay, with a note', () => {
    expect(fuseQuantizedRoot(quantized({ channels: [32, 48] })).notes).toEqual([
      'Concat cat has 32 + 48 channels and gives 32 (FairmotQuantizedRoot takes multiples of 32), so it stays as it is',
    ]);
    const model = rootModel({ channels: [32, 32] });
    graph(model).valueInfo = graph(model).valueInfo.slice(0, 1);
    expect(fuseQuantizedRoot(insertQuantization(model, { layers, rangeOf: () => range }).model)).toMatchObject({
      changed: 0,
      notes: ['Concat cat has m1_dequantized, a map with an unknown number of channels, so it stays as it is'],
    });
  });
});
