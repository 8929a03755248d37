import { describeShared, goldenManifest, goldenTensor, maxAbsDifference, shared } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  GraphBuilder,
  intsOfAttribute,
  layers,
  modelFromBytes,
  onnxForCpu,
  onnxFromCheckpoint,
  onnxFromStateDict,
} from '../../src/index.js';
import { bruteForceDeformConv } from '../support/brute-force-deform-conv.js';
import { modelFromGraph } from '../support/model-from-graph.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tensorOf, tinyState } from '../support/tiny-network.js';

const deformConvsOf = (bytes: Uint8Array) =>
  modelFromBytes(bytes).graph!.node.filter(({ opType }) => opType === 'DeformConv');

/** A DeformConv whose offsets are an input of the graph. */
function bareModel(channels: number, height: number, width: number) {
  const graph = new GraphBuilder();
  const input = (name: string, count: number) => graph.input(name, 'float32', [1, count, height, width]);
  const inputs = { x: input('x', channels), offset: input('offset', 18), mask: input('mask', 9) };
  const random = randomFrom(channels + height);
  const [weight, bias] = [normals(2 * channels * 9, random, 0.2), normals(2, random)];
  const weights = { weight: tensorOf([2, channels, 3, 3], weight), bias: tensorOf([2], bias) };
  const y = layers.deformConv(graph, 'y', inputs, weights, 'deform-conv');
  graph.output(y);
  return { weight, bias, bytes: modelFromGraph(graph) };
}

describe('onnxForCpu', () => {
  test('strips equal the definition, wherever the offsets lead and whatever rows are left over', async () => {
    const shape = fc.record({
      channels: fc.integer({ min: 100, max: 300 }),
      height: fc.integer({ min: 3, max: 23 }),
      width: fc.integer({ min: 40, max: 60 }),
      seed: fc.nat(),
      reach: fc.constantFrom(0.5, 4, 60),
    });
    let stripped = 0;
    await fc.assert(
      fc.asyncProperty(shape, async ({ channels, height, width, seed, reach }) => {
        const { weight, bias, bytes } = bareModel(channels, height, width);
        const random = randomFrom(seed);
        const cells = height * width;
        const x = normals(channels * cells, random);
        const offset = normals(18 * cells, random, reach);
        const mask = Float32Array.from({ length: 9 * cells }, random);
        const feed = (data: Float32Array, count: number) => ({ data, shape: [1, count, height, width] });
        const model = onnxForCpu(await bytes);
        if (deformConvsOf(model).length > 1) stripped += 1;
        const { y } = await runModel(model, {
          x: feed(x, channels),
          offset: feed(offset, 18),
          mask: feed(mask, 9),
        });
        const example = { x, offset, mask, weight, bias, channels, outChannels: 2, height, width };
        expect(y?.dims).toEqual([1, 2, height, width]);
        expect(maxAbsDifference(y!.data, bruteForceDeformConv(example))).toBeLessThan(1e-3);
      }),
      { numRuns: 12, seed: 5 },
    );
    expect(stripped).toBeGreaterThan(6);
  });

  test('strips cover the rows once, and are not taken apart again', async () => {
    const once = onnxForCpu(await bareModel(256, 23, 50).bytes);
    const nodes = deformConvsOf(once);
    expect(nodes.length).toBeGreaterThan(2);
    for (const node of nodes) {
      const [above = 0, left, below = 0, right] = intsOfAttribute(node, 'pads', []);
      expect([left, right]).toEqual([1, 1]);
      expect(Math.min(above, below)).toBeGreaterThanOrEqual(0);
    }
    expect(onnxForCpu(once)).toBe(once);
  });

  test('leaves small maps, float16 and DCNv2 nodes as they are', async () => {
    const deformConvs = async (height: number, width: number, options = {}) =>
      deformConvsOf(onnxForCpu((await onnxFromStateDict(tinyState(), { height, width, ...options })).bytes)).length;
    expect(await deformConvs(32, 64)).toBe(16);
    expect(await deformConvs(512, 2048, { dcn: 'dcnv2' })).toBe(0);
    const { bytes } = await onnxFromStateDict(tinyState(), { height: 512, width: 2048, precision: 'fp16' });
    expect(onnxForCpu(bytes)).toBe(bytes);
    expect(() => onnxForCpu(Uint8Array.of(1, 2), 'a.onnx')).toThrow('Expected an ONNX model in a.onnx');
  });

  test('a second time changes nothing', async () => {
    const { bytes } = await onnxFromStateDict(tinyState({ widths: [8, 8, 8, 8, 8, 10, 12] }), {
      height: 128,
      width: 256,
    });
    const once = onnxForCpu(bytes, undefined, { lanes: 16 });
    expect(once).not.toBe(bytes);
    expect(onnxForCpu(once, undefined, { lanes: 16 })).toBe(once);
    expect(onnxForCpu(once)).toBe(once);
  });

  test('the network keeps its interface and metadata; the offsets move in the bias, without a node', async () => {
    const { bytes } = await onnxFromStateDict(tinyState(), { height: 512, width: 2048, batch: 'dynamic' });
    const [before, after] = [modelFromBytes(bytes), modelFromBytes(onnxForCpu(bytes))];
    expect(deformConvsOf(onnxForCpu(bytes)).length).toBeGreaterThan(16);
    expect(after.graph!.input).toEqual(before.graph!.input);
    expect(after.graph!.output).toEqual(before.graph!.output);
    expect(after.metadataProps).toEqual(before.metadataProps);
    const adds = (graph: typeof after.graph) => graph!.node.filter(({ opType }) => opType === 'Add').length;
    expect(adds(after.graph)).toBe(adds(before.graph));
  });
});

describeShared('onnxForCpu against PyTorch', () => {
  test.each([8, 16] as const)('every head of the half network within 1e-4, for %i lanes', async (lanes) => {
    const manifest = goldenManifest();
    const [, , height, width] = manifest.input.shape as [number, number, number, number];
    const { bytes } = await onnxFromCheckpoint(shared('models', 'fairmot-dla34-half.pth'), { height, width });
    const model = onnxForCpu(bytes, undefined, { lanes });
    expect(deformConvsOf(model).length).toBeGreaterThan(50);
    const input = { data: goldenTensor(manifest.input.file), shape: manifest.input.shape };
    const outputs = await runModel(model, { input });
    for (const [name, { file }] of Object.entries(manifest.models.half)) {
      expect(maxAbsDifference(outputs[name]!.data, goldenTensor(file)), name).toBeLessThanOrEqual(1e-4);
    }
  });
});
