import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesFromModel, type ModelProto, modelFromBytes } from '@trt-fairmot/onnx-export';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import {
  type BuildOptionsInput,
  engineFromOnnx,
  engineManifestSchema,
  insertQuantization,
  quantizedLayers,
} from '../../src/index.js';
import { deformableModel, plainCase } from '../support/deformable-models.js';
import { fakeBackend } from '../support/fake-backend.js';
import { headModel } from '../support/head-models.js';
import { float, graph, modelOf, ops } from '../support/models.js';
import { quantizableModel } from '../support/quantizable-model.js';

const folder = temporaryFolder();
const dynamic = () => bytesFromModel(deformableModel(plainCase));

/** The small model with a batch that is fixed, and outputs called as FairMOT's are. */
function fixed(batch: number, op: 'DeformConv' | 'DCNv2' = 'DeformConv'): Uint8Array {
  const { node, initializer } = graph(deformableModel(plainCase, { op }));
  const inputs = [float('x', [batch, 4, 7, 9])];
  return bytesFromModel(
    modelOf({ nodes: node, initializers: initializer, inputs, outputs: [float('y', [batch, 6, 7, 9])] }),
  );
}

const build = (onnx: string | Uint8Array, options: BuildOptionsInput = {}, fake = fakeBackend()) =>
  engineFromOnnx(onnx, options, { backend: fake.backend });
const handedOver = (fake: ReturnType<typeof fakeBackend>): ModelProto =>
  modelFromBytes(fake.calls[0]?.onnx as Uint8Array);

describe('engineFromOnnx', () => {
  test('TensorRT 8.6: plugin nodes of opset 17, precision by flag, TF32 with fp16 only', async () => {
    for (const precision of ['fp32', 'fp16'] as const) {
      const fake = fakeBackend();
      await build(dynamic(), { precision, maxBatch: 4 }, fake);
      expect(ops(handedOver(fake))).toEqual(['Conv', 'FairmotDCNv2']);
      expect(handedOver(fake).opsetImport[0]?.version).toBe(17n);
      const half = precision === 'fp16';
      expect(fake.calls[0]?.options).toMatchObject({
        fp16: half,
        tf32: half,
        stronglyTyped: false,
        workspaceMiB: 0,
        tacticSources: ['edge-mask-convolutions', 'jit-convolutions'],
      });
      expect(fake.calls[0]?.options.profile).toEqual({
        x: { min: [1, 4, 7, 9], opt: [4, 4, 7, 9], max: [4, 4, 7, 9] },
      });
    }
  });

  test('TensorRT 10 and 11: strongly typed, float16 in the graph, opset as it was', async () => {
    const fake = fakeBackend({ tensorrt: '11.1.0' });
    await build(dynamic(), { precision: 'fp16' }, fake);
    expect(ops(handedOver(fake))).toEqual(['Cast', 'Conv', 'FairmotDCNv2', 'Cast']);
    expect(handedOver(fake).opsetImport[0]?.version).toBe(19n);
    expect(fake.calls[0]?.options).toMatchObject({ fp16: false, stronglyTyped: true });
  });

  test.each(['8.6.0', '11.1.0'])(
    'int8 on TensorRT %s: quantised beside fp16, calibrated only where needed',
    async (tensorrt) => {
      const network = quantizableModel();
      const quantization = async (source: ModelProto) => ({
        layers: quantizedLayers(graph(source), { quantize: ['head0'] }),
        rangeOf: () => 1,
      });
      const fake = fakeBackend({ tensorrt });
      const options = { precision: 'int8', maxBatch: 2 } as const;
      const { manifest } = await engineFromOnnx(bytesFromModel(network), options, {
        backend: fake.backend,
        quantization,
      });
      const strong = tensorrt === '11.1.0';
      expect(fake.calls[0]?.options).toMatchObject({ fp16: !strong, int8: !strong, stronglyTyped: strong, tf32: true });
      const count = (op: string) => ops(handedOver(fake)).filter((name) => name === op).length;
      expect(count('QuantizeLinear')).toBe(strong ? 7 : 12);
      expect(count('Cast')).toBe(strong ? 2 : 0);
      expect(manifest).toMatchObject({
        precision: 'int8',
        passes: expect.arrayContaining([{ name: 'quantize', changed: 5 }]),
      });

      const ready = insertQuantization(network, await quantization(network)).model;
      const refuse = async () => Promise.reject(new Error('asked to calibrate'));
      const again = fakeBackend({ tensorrt });
      await engineFromOnnx(bytesFromModel(ready), options, { backend: again.backend, quantization: refuse });
      expect(ops(handedOver(again))).toEqual(ops(handedOver(fake)));
    },
  );

  test('int8 without quantisation, and a quantised network at another precision, are usage errors', async () => {
    await expect(build(dynamic(), { precision: 'int8' })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^Expected quantisation for precision int8 but received none/),
    });
    const network = quantizableModel();
    const { model } = insertQuantization(network, { layers: quantizedLayers(graph(network)), rangeOf: () => 1 });
    await expect(build(bytesFromModel(model), { precision: 'fp16' })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^Expected precision int8 for a quantised network but received fp16/),
    });
  });

  test('the manifest says what the engine is, and fits its schema', async () => {
    const path = join(folder, 'm.onnx');
    await writeFile(path, dynamic());
    const { manifest, engine, reports } = await build(path, { precision: 'fp16', maxBatch: 2, optimizationLevel: 4 });
    expect(engineManifestSchema.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(manifest).toMatchObject({
      engine: { sha256: sha256(engine), bytes: 4 },
      onnx: { sha256: sha256(await readFile(path)) },
      tensorrt: '8.6.0',
      cuda: '12.0',
      gpu: { name: 'NVIDIA H100 80GB HBM3', computeCapability: '9.0' },
      precision: 'fp16',
      plugins: [{ name: 'FairmotDCNv2', version: '1' }],
      batch: { min: 1, opt: 2, max: 2 },
      inputs: [{ name: 'x', type: 'float32', shape: [-1, 4, 7, 9] }],
      outputs: [{ name: 'y', type: 'float32', shape: [-1, 6, 7, 9] }],
      heads: { y: 6 },
    });
    expect(manifest.build.source).toBe(path);
    expect(manifest.build.arguments).toEqual(['--precision', 'fp16', '--max-batch', '2', '--optimization-level', '4']);
    expect(manifest.passes).toEqual(reports.map(({ pass, changed }) => ({ name: pass, changed })));
    expect(manifest.passes).toContainEqual({ name: 'fuse-deform-conv', changed: 1 });
  });

  test('with fp16 FairMOT\u2019s heads become detections, and the manifest says so', async () => {
    const onnx = bytesFromModel(headModel({ batch: 'n' }));
    const { manifest } = await build(onnx, { precision: 'fp16', topK: 40 });
    expect(manifest.passes).toContainEqual({ name: 'peak-heads', changed: 1 });
    expect(manifest.plugins).toEqual([{ name: 'FairmotPeakHeads', version: '1' }]);
    expect(manifest.outputs).toEqual([
      { name: 'boxes', type: 'float32', shape: [-1, 40, 4] },
      { name: 'scores', type: 'float32', shape: [-1, 40] },
      { name: 'classes', type: 'int32', shape: [-1, 40] },
      { name: 'embeddings', type: 'float32', shape: [-1, 40, 12] },
    ]);
    expect(manifest.heads).toEqual({});
    expect(manifest.build.arguments).toEqual(['--precision', 'fp16', '--top-k', '40']);
    const dense = [
      { precision: 'fp16' as const, disablePass: ['peak-heads' as const] },
      { precision: 'fp32' as const },
    ];
    for (const options of dense)
      expect((await build(onnx, options)).manifest.heads).toEqual({ hm: 1, wh: 4, reg: 2, id: 12 });
  });

  test('a fixed batch needs no profile; another batch is a usage error', async () => {
    const fake = fakeBackend();
    const { manifest } = await build(fixed(3), { maxBatch: 3 }, fake);
    expect(fake.calls[0]?.options.profile).toEqual({});
    expect(manifest.batch).toEqual({ min: 3, opt: 3, max: 3 });
    await expect(build(fixed(1), { maxBatch: 8 })).rejects.toMatchObject({
      kind: 'usage',
      message: 'Expected a network with a dynamic batch for a batch of 8 but received one with a fixed batch of 1',
      hint: 'export it again with fairmot export --batch dynamic',
    });
  });

  test('disabled passes stay out; DeformConv is an error where TensorRT cannot read it', async () => {
    const fake = fakeBackend({ tensorrt: '10.16.0' });
    const options = { disablePass: ['fuse-deform-conv' as const] };
    const { manifest } = await build(dynamic(), options, fake);
    expect(ops(handedOver(fake))).toContain('DeformConv');
    expect(manifest.plugins).toEqual([]);
    await expect(build(dynamic(), options)).rejects.toMatchObject({
      message: 'Expected no DeformConv for TensorRT 8.6.0, which cannot read it, but received 1 in model.onnx',
      hint: 'leave the pass fuse-deform-conv on',
    });
    const unfused = fakeBackend();
    expect((await build(fixed(1, 'DCNv2'), options, unfused)).manifest.plugins).toEqual([
      { name: 'DCNv2', version: '1' },
    ]);
  });

  test('a missing plugin is told before TensorRT starts', async () => {
    const fake = fakeBackend({ plugins: [] });
    await expect(build(dynamic(), { pluginLibrary: 'libother.so' }, fake)).rejects.toMatchObject({
      kind: 'environment',
      message: 'Expected TensorRT plugin FairmotDCNv2@1 for model.onnx but received a registry without it',
    });
    expect(fake.calls).toEqual([]);
    expect(fake.loaded).toEqual([['libother.so']]);
  });

  test('precision must fit the weights', async () => {
    const fake = fakeBackend({ tensorrt: '10.16.0' });
    await build(dynamic(), { precision: 'fp16' }, fake);
    const halfBytes = fake.calls[0]?.onnx as Uint8Array;
    await expect(build(halfBytes)).rejects.toMatchObject({
      kind: 'usage',
      message: 'Expected float32 weights for precision fp32 but received float16 ones in model.onnx',
    });
    const options = { precision: 'fp16', disablePass: ['half-precision'] } as const;
    await expect(
      build(dynamic(), { ...options, disablePass: [...options.disablePass] }, fakeBackend({ tensorrt: '10.16.0' })),
    ).rejects.toThrow(/^Expected float16 weights for precision fp16 with TensorRT 10.16.0 but received float32 ones/);
  });

  test('the timing cache is read where it exists and written back', async () => {
    const timingCache = join(folder, 'tactics.cache');
    for (const size of [1, 2]) {
      await build(dynamic(), { timingCache });
      expect((await readFile(timingCache)).length).toBe(size);
    }
  });

  test('progress: our phases, then the builder\u2019s', async () => {
    const phases: string[] = [];
    const { backend } = fakeBackend();
    await engineFromOnnx(dynamic(), {}, { backend, onProgress: ({ phase }) => phases.push(phase) });
    expect(phases).toEqual(['graph passes', 'build engine']);
  });

  test('a file that is no ONNX model, or none at all, is named', async () => {
    const path = join(folder, 'text.onnx');
    await writeFile(path, 'no model');
    await expect(build(path)).rejects.toThrow(/^Expected an ONNX model in .*text\.onnx but received/);
    await expect(build(join(folder, 'absent.onnx'))).rejects.toThrow(
      /^Expected an ONNX file at .*absent\.onnx but received: ENOENT/,
    );
  });

  test('heights and widths must be fixed', async () => {
    const { node, initializer } = graph(deformableModel(plainCase));
    const parts = { nodes: node, initializers: initializer, outputs: [float('y', ['n', 6, 'h', 'w'])] };
    const model = modelOf({ ...parts, inputs: [float('x', ['n', 4, 'h', 'w'])] });
    await expect(build(bytesFromModel(model))).rejects.toThrow(
      'Expected fixed sizes behind the batch of input x but received [-1,4,-1,-1]',
    );
  });
});
