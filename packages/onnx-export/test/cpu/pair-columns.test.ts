import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, layers, modelFromBytes, onnxForCpu, shapeOfTensor, type Value } from '../../src/index.js';
import { modelFromGraph } from '../support/model-from-graph.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tensorOf } from '../support/tiny-network.js';

interface Layer {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly relu?: boolean;
  readonly bias?: boolean;
}

/** Convolutions one after another; the result of layer i is called y<i>, and `shown` ones are outputs. */
function chain(shape: readonly [number | string, number, number, number], layersOf: readonly Layer[], shown: number[]) {
  const graph = new GraphBuilder();
  const random = randomFrom(layersOf.length);
  let x: Value = graph.input('x', 'float32', shape);
  for (const [i, { channels, kernel, stride = 1, relu = true, bias = true }] of layersOf.entries()) {
    const dims = [channels, x.shape[1] as number, kernel, kernel];
    const weight = tensorOf(
      dims,
      normals(
        dims.reduce((a, b) => a * b, 1),
        random,
        0.3,
      ),
    );
    const weights = { weight, ...(bias ? { bias: tensorOf([channels], normals(channels, random)) } : {}) };
    const y = layers.conv(graph, relu ? `conv${i}` : `y${i}`, x, weights, { stride, padding: (kernel - 1) / 2 });
    x = relu ? layers.relu(graph, `y${i}`, y) : y;
    if (shown.includes(i)) graph.output(x);
  }
  return modelFromGraph(graph);
}

const weightsOf = (bytes: Uint8Array) =>
  modelFromBytes(bytes)
    .graph!.initializer.map(shapeOfTensor)
    .filter(({ length }) => length === 4);

describe('onnxForCpu on convolutions of few channels', () => {
  test('pairs of columns equal single ones', async () => {
    const layer = fc.record({
      channels: fc.constant(4),
      kernel: fc.constantFrom(1, 3, 5, 7),
      relu: fc.boolean(),
      bias: fc.boolean(),
    });
    const last = fc.record({
      channels: fc.integer({ min: 1, max: 9 }),
      kernel: fc.constantFrom(1, 3, 5),
      stride: fc.constant(2),
    });
    const example = fc.record({
      inner: fc.array(layer, { minLength: 1, maxLength: 3 }),
      last,
      inputs: fc.integer({ min: 1, max: 5 }),
      height: fc.integer({ min: 1, max: 9 }),
      pairs: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(example, async ({ inner, last: end, inputs, height, pairs }) => {
        const before = await chain(['N', inputs, height, 2 * pairs], [...inner, end], [inner.length]);
        const after = onnxForCpu(before);
        expect(weightsOf(after).every(([, channels]) => channels === inputs || channels === 8)).toBe(true);
        const data = normals(2 * inputs * height * 2 * pairs, randomFrom(height));
        const feeds = { x: { data, shape: [2, inputs, height, 2 * pairs] } };
        const name = `y${inner.length}`;
        const [expected, received] = [(await runModel(before, feeds))[name]!, (await runModel(after, feeds))[name]!];
        expect(received.dims).toEqual(expected.dims);
        expect(maxAbsDifference(received.data, expected.data)).toBeLessThan(1e-3);
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  const few = { channels: 8, kernel: 3 };
  const halving = { channels: 16, kernel: 3, stride: 2 };

  test('fills the lanes it is told of', async () => {
    const bytes = await chain([1, 3, 8, 12], [{ channels: 8, kernel: 7 }, few, halving], [2]);
    expect(onnxForCpu(bytes)).toBe(bytes);
    expect(weightsOf(onnxForCpu(bytes, undefined, { lanes: 16 }))).toEqual([
      [16, 3, 7, 8],
      [16, 16, 3, 3],
      [16, 16, 3, 2],
    ]);
  });

  test('leaves chains that are seen from outside, do not end or have an odd width as they are', async () => {
    for (const bytes of [
      await chain([1, 3, 8, 12], [few, few, halving], [1, 2]),
      await chain([1, 3, 8, 12], [few, few], [1]),
      await chain([1, 3, 8, 13], [few, halving], [1]),
      await chain([1, 3, 8, 12], [few, { channels: 12, kernel: 3 }, halving], [2]),
    ]) {
      expect(onnxForCpu(bytes, undefined, { lanes: 16 })).toBe(bytes);
    }
  });
});
