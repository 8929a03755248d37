import { join } from 'node:path';
import {
  bytesFromModel,
  TensorProto_DataType as DataType,
  type ModelProto,
  modelFromBytes,
  onnxFromCheckpoint,
} from '@trt-fairmot/onnx-export';
import { beforeAll, describe, expect, test } from 'vitest';
import { networkInterface } from '../../src/engine/network-interface.js';
import { onnxForTensorrt, type TensorrtTarget } from '../../src/engine/onnx-for-tensorrt.js';
import { GraphIndex } from '../../src/graph/graph-index.js';
import { isPluginNode, staysFloat } from '../../src/passes/plugin-node.js';
import { calibrate, type OpenNetwork } from '../../src/quantization/calibrate.js';
import { rangesFrom } from '../../src/quantization/calibration.js';
import { headErrors, worstError } from '../../src/quantization/head-error.js';
import { insertQuantization, type QuantizationOptions } from '../../src/quantization/insert-quantization.js';
import { valuesToObserve } from '../../src/quantization/quantization-plan.js';
import { quantizedLayers } from '../../src/quantization/quantized-layers.js';
import { type Feeds, graph, ops, randomFloats, run, unfused } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

const checkpoint = join(import.meta.dirname, '..', '..', '..', '..', 'tools', 'demo', 'fairmot-dla34-half.pth');
const [height, width] = [64, 96];
const versions = ['8.6.0', '11.1.0'];
const dense = ['peak-heads', 'heat-map'] as const;

const imageOf = (index: number) => randomFloats(3 * height * width, index + 1, 0.5).map((value) => value + 0.5);
const feeds = { input: { data: imageOf(0), dims: [1, 3, height, width] } };
const counts = (model: ModelProto) => {
  const found: Record<string, number> = {};
  for (const op of ops(model)) found[op] = (found[op] ?? 0) + 1;
  return found;
};

describe('int8 engines of the half demo network', () => {
  let bytes: Uint8Array;
  let model: ModelProto;
  let quantization: QuantizationOptions;

  beforeAll(async () => {
    bytes = (await onnxFromCheckpoint(checkpoint, { height, width })).bytes;
    model = modelFromBytes(bytes);
    const layers = quantizedLayers(graph(model));
    const images = { hashes: ['a', 'b'], tensor: async (index: number) => imageOf(index) };
    const values = valuesToObserve(model, quantizedLayers(graph(model), { quantize: ['hm.0'] }));
    const open: OpenNetwork = async (onnx) => ({
      run: async (images) => {
        const outputs = await run(modelFromBytes(onnx), images as Feeds);
        return Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, { data }]));
      },
      close: async () => undefined,
    });
    quantization = {
      layers,
      rangeOf: rangesFrom(await calibrate(model, images, { open, values }), { method: 'min-max' }),
    };
  });

  const int8 = (tensorrt: string, more: Partial<TensorrtTarget> = {}) =>
    onnxForTensorrt(bytes, { tensorrt, precision: 'int8', quantization, ...more });

  test.each(versions)('TensorRT %s: every plugin of fp16, and levels 2 to 5 in int8', (tensorrt) => {
    const { model: built, reports } = int8(tensorrt);
    expect(reports.flatMap(({ notes }) => notes)).toEqual([]);
    expect(reports.find(({ pass }) => pass === 'quantize')?.changed).toBe(34);
    const heads = { FairmotPeakHeads: 1, FairmotHeatMap: 1 };
    const plugins = { FairmotDCNv2: 16, FairmotStem: 1, FairmotUpsampleAdd: 8, FairmotQuantizedRoot: 5, ...heads };
    const { QuantizeLinear: quantizes = 0, DequantizeLinear: dequantizes = 0, ...others } = counts(built);
    expect(others).toMatchObject(plugins);
    const { FairmotRoot, ...fp16 } = counts(onnxForTensorrt(bytes, { tensorrt, precision: 'fp16' }).model);
    // level 5's, which plugins alone take, stays
    expect(others).toEqual({ ...fp16, ...others, FairmotQuantizedRoot: Number(FairmotRoot) - 1 });
    expect([others.Concat, others.FairmotRoot]).toEqual([Number(fp16.Concat ?? 0) + 1, undefined]);
    // of the 29 weights beside the roots each a pair in 8.6, a DequantizeLinear alone later
    const [values, made] = [dequantizes - 29, quantizes - (tensorrt === '8.6.0' ? 29 : 0)];
    // roots give five values that are only dequantised, and five are quantised for roots alone
    expect([values, made]).toEqual([34, 34]);
  });

  test.each(versions)('TensorRT %s: one pair a value, taken by all consumers, plugins too', (tensorrt) => {
    const { model: built } = int8(tensorrt);
    const index = new GraphIndex(graph(built));
    const quantized = graph(built)
      .node.filter(({ opType }) => opType === 'QuantizeLinear')
      .map((node) => node.input[0] as string);
    expect(new Set(quantized).size).toBe(quantized.length);
    for (const value of quantized) expect(index.soleConsumer(value)?.opType).toBe('QuantizeLinear');
    const plugins = graph(built).node.filter(isPluginNode);
    const skips = (model: ModelProto) =>
      graph(model).node.flatMap((node) =>
        isPluginNode(node) ? node.input.filter((name) => name.endsWith('_dequantized')) : [],
      );
    // levels 2 to 4 go to the next level too; two layers take each of 3 and 4
    const taken = skips(built);
    expect([new Set(taken).size, taken.length]).toEqual([3, 5]);
    expect(skips(int8(tensorrt, { disablePass: ['fuse-quantized-root'] }).model)).toEqual(taken);
    for (const node of plugins) {
      for (const [i, name] of node.input.entries()) {
        const weight = index.constant(name);
        if (weight && !staysFloat(node, i)) expect([node.name, weight.dataType]).toEqual([node.name, DataType.FLOAT16]);
      }
    }
  });

  test.each(versions)(
    'TensorRT %s: apart, plugins take values before quantisation, int8 the same pairs',
    (tensorrt) => {
      const apart = { quantization: { ...quantization, apart: true } };
      const { model: built } = int8(tensorrt, apart);
      const plugins = graph(built).node.filter(isPluginNode);
      expect(plugins.flatMap(({ input }) => input).filter((name) => name.endsWith('_dequantized'))).toEqual([]);
      // levels 2 to 4 end in roots that plugins take
      expect(counts(built).FairmotQuantizedRoot).toBe(2);
      const disablePass = ['fuse-quantized-root'] as const;
      const plain = counts(int8(tensorrt, { disablePass }).model);
      expect(counts(int8(tensorrt, { ...apart, disablePass }).model)).toEqual(plain);
    },
  );

  test.each(versions)('TensorRT %s: the outputs are those of the engine as built', (tensorrt) => {
    const outputs = (target: Partial<TensorrtTarget>) => networkInterface(int8(tensorrt, target).model, {});
    expect(outputs({}).outputs.map(({ name }) => name)).toEqual(['boxes', 'scores', 'classes', 'embeddings']);
    expect(outputs({}).heads).toEqual({});
    expect(outputs({ disablePass: dense }).heads).toEqual({ hm: 1, wh: 4, reg: 2, id: 64 });
  });

  test.each(versions)('TensorRT %s: what plugins compute stays theirs, with a note', (tensorrt) => {
    const layers = [...quantization.layers, 'base.base_layer.0', 'hm.0'];
    const asked = { quantization: { ...quantization, layers } };
    const quantize = ({ reports }: ReturnType<typeof int8>) => reports.find(({ pass }) => pass === 'quantize');
    expect(quantize(int8(tensorrt, asked))).toEqual({
      pass: 'quantize',
      changed: 34,
      notes: ['Plugins compute base.base_layer.0, hm.0, so int8 leaves them out'],
    });
    expect(counts(int8(tensorrt, asked).model)).toEqual(counts(int8(tensorrt).model));
    expect(quantize(int8(tensorrt, { ...asked, disablePass: dense }))).toMatchObject({
      changed: 35,
      notes: ['Plugins compute base.base_layer.0, so int8 leaves it out'],
    });
  });

  test.each(versions)('TensorRT %s: a network quantised before gives the same engine', (tensorrt) => {
    const ready = bytesFromModel(insertQuantization(model, quantization).model);
    const built = onnxForTensorrt(ready, { tensorrt, precision: 'int8' });
    expect(built.reports.flatMap(({ notes }) => notes)).toEqual([]);
    expect(counts(built.model)).toEqual(counts(int8(tensorrt).model));
  });

  test.each(versions)('TensorRT %s: close to fp16 and to float32', async (tensorrt) => {
    // ONNX Runtime takes no node of float32 values and float16 weights
    const disablePass = [...dense, 'half-plugin-weights'] as const;
    const [float, half, quantized] = [
      await run(model, feeds),
      await run(standardModel(onnxForTensorrt(bytes, { tensorrt, precision: 'fp16', disablePass }).model), feeds),
      await run(standardModel(int8(tensorrt, { disablePass }).model), feeds, unfused),
    ];
    const [beside, beyond] = [headErrors([half], [quantized]), headErrors([float], [quantized])];
    console.info(`TensorRT ${tensorrt}, relative error of the heads beside fp16`, beside, 'and float32', beyond);
    expect(worstError(beside)).toBeLessThan(0.03);
    expect(worstError(beyond)).toBeLessThan(0.03);
    expect(worstError(beyond)).toBeGreaterThan(1e-3);
  });

  test.each([false, true])('fairmot quantize writes what an engine computes; apart: %s', async (apart) => {
    const options = { ...quantization, apart };
    const disablePass = [...dense, 'half-plugin-weights'] as const;
    const written = await run(insertQuantization(model, options).model, feeds, unfused);
    for (const more of [[], ['fuse-quantized-root']] as const) {
      const engine = int8('8.6.0', { quantization: options, disablePass: [...disablePass, ...more] }).model;
      const error = worstError(headErrors([written], [await run(standardModel(engine), feeds, unfused)]));
      console.info('relative difference of the heads', error, 'without', more);
      expect(error).toBeLessThan(1e-3);
    }
  });
});
