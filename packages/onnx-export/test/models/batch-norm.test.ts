import { maxAbsDifference } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { GraphBuilder, layers } from '../../src/index.js';
import { foldedConvolution } from '../../src/models/batch-norm.js';
import { modelFromGraph } from '../support/model-from-graph.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tensorOf } from '../support/tiny-network.js';

test.each([true, false])('a folded convolution equals convolution, then normalisation (bias %s)', async (withBias) => {
  const random = randomFrom(9);
  const vector = () => tensorOf([5], normals(5, random));
  const norm = {
    weight: vector(),
    bias: vector(),
    mean: vector(),
    variance: tensorOf([5], Float32Array.of(1e-9, 0.3, 1, 20, 400)),
  };
  const plain = { weight: tensorOf([5, 3, 3, 3], normals(135, random)), ...(withBias ? { bias: vector() } : {}) };
  const data = normals(3 * 6 * 7, random);
  const run = async (weights: layers.ConvolutionWeights) => {
    const graph = new GraphBuilder();
    graph.output(layers.conv(graph, 'y', graph.input('x', 'float32', [1, 3, 6, 7]), weights, { padding: 1 }));
    const { y } = await runModel(await modelFromGraph(graph), { x: { data, shape: [1, 3, 6, 7] } });
    return y!.data;
  };
  const expected = (await run(plain)).map((value, i) => {
    const channel = Math.floor(i / 42);
    const { weight, bias, mean, variance } = norm;
    const centred = (value - mean.values[channel]!) / Math.sqrt(variance.values[channel]! + 1e-5);
    return centred * weight.values[channel]! + bias.values[channel]!;
  });
  const scale = Math.max(...expected.map(Math.abs));
  expect(maxAbsDifference(await run(foldedConvolution(plain, norm)), expected) / scale).toBeLessThan(1e-6);
});
