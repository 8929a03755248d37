import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, intsOfAttribute, layers, modelFromBytes, onnxForCpu } from '../../src/index.js';
import { modelFromGraph } from '../support/model-from-graph.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tensorOf } from '../support/tiny-network.js';

interface Upsampling {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly factor: number;
  readonly biased?: boolean;
  readonly batch?: number | string;
  readonly groups?: number;
  readonly kernel?: number;
}

async function upsampling({ channels, height, width, factor, biased, batch = 1, groups, kernel }: Upsampling) {
  const graph = new GraphBuilder();
  const random = randomFrom(channels * height + width);
  const x = graph.input('x', 'float32', [batch, channels, height, width]);
  const side = kernel ?? 2 * factor;
  const perGroup = groups === 1 ? channels : 1;
  const count = channels * perGroup * side * side;
  const weight = tensorOf([channels, perGroup, side, side], normals(count, random));
  const bias = biased ? { bias: tensorOf([channels], normals(channels, random)) } : {};
  const options = { stride: factor, padding: factor / 2, groups: groups ?? channels };
  graph.output(layers.convTranspose(graph, 'y', x, { weight, ...bias }, options));
  return modelFromGraph(graph);
}

const kindsOf = (bytes: Uint8Array) => modelFromBytes(bytes).graph!.node.map(({ opType }) => opType);

describe('onnxForCpu on depthwise transposed convolutions', () => {
  test('equals ConvTranspose', async () => {
    const shape = fc.record({
      channels: fc.integer({ min: 1, max: 20 }),
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      factor: fc.constantFrom(2, 4, 6),
      biased: fc.boolean(),
      batch: fc.constantFrom('N', 1, 2),
    });
    await fc.assert(
      fc.asyncProperty(shape, async (example) => {
        const { channels, height, width, factor, batch } = example;
        const images = typeof batch === 'number' ? batch : 3;
        const before = await upsampling(example);
        const after = onnxForCpu(before);
        expect(kindsOf(after)).not.toContain('ConvTranspose');
        const data = normals(images * channels * height * width, randomFrom(height));
        const feeds = { x: { data, shape: [images, channels, height, width] } };
        const [expected, received] = [(await runModel(before, feeds)).y!, (await runModel(after, feeds)).y!];
        expect(received.dims).toEqual([images, channels, factor * height, factor * width]);
        expect(maxAbsDifference(received.data, expected.data)).toBeLessThan(1e-4);
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  test('one convolution for each row of a step; equal widths share their matrix', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', [1, 3, 4, 5]);
    const up = (name: string, factor: number) => {
      const weight = tensorOf([3, 1, 2 * factor, 2 * factor], normals(12 * factor * factor, Math.random));
      return layers.convTranspose(graph, name, x, { weight }, { stride: factor, padding: factor / 2, groups: 3 });
    };
    for (const value of [up('a', 2), up('b', 2), up('c', 4)]) graph.output(value);
    const { node, initializer } = modelFromBytes(onnxForCpu(await modelFromGraph(graph))).graph!;
    const pads = node.filter(({ opType }) => opType === 'Conv').map((conv) => intsOfAttribute(conv, 'pads', []));
    const two = [
      [1, 2, 0, 1],
      [0, 2, 1, 1],
    ];
    const four = [1, 1, 0, 0].map((above) => [above, 5, 1 - above, 2]);
    expect(pads).toEqual([...two, ...two, ...four]);
    expect(initializer.filter(({ dims }) => dims.length === 2).map(({ dims }) => dims.map(Number))).toEqual([
      [5, 10],
      [5, 20],
    ]);
    expect(initializer.some(({ name }) => name === 'a.weight')).toBe(false);
  });

  test('leaves other transposed convolutions as they are', async () => {
    const size = { channels: 4, height: 3, width: 5 };
    for (const other of [
      { factor: 2, groups: 1 },
      { factor: 2, kernel: 3 },
      { factor: 4, kernel: 6 },
    ]) {
      const bytes = await upsampling({ ...size, ...other });
      expect(onnxForCpu(bytes)).toBe(bytes);
    }
  });
});
