import { maxAbsDifference } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, intOfAttribute, layers, modelFromBytes } from '../../src/index.js';
import { bruteForceDeformConv, type DeformCase } from '../support/brute-force-deform-conv.js';
import { modelFromGraph } from '../support/model-from-graph.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tensorOf } from '../support/tiny-network.js';

const [channels, outChannels, height, width] = [5, 4, 9, 11];
const cells = height * width;

function caseFrom(seed: number, offsetOf: (random: () => number) => number): DeformCase {
  const random = randomFrom(seed);
  return {
    x: normals(channels * cells, random),
    offset: Float32Array.from({ length: 18 * cells }, () => offsetOf(random)),
    mask: Float32Array.from({ length: 9 * cells }, random),
    weight: normals(outChannels * channels * 9, random),
    bias: normals(outChannels, random),
    channels,
    outChannels,
    height,
    width,
  };
}

async function graphOf({ weight, bias }: DeformCase, form: 'deform-conv' | 'dcnv2', batch = 1): Promise<Uint8Array> {
  const graph = new GraphBuilder();
  const input = (name: string, count: number) => graph.input(name, 'float32', [batch, count, height, width]);
  const inputs = { x: input('x', channels), offset: input('offset', 18), mask: input('mask', 9) };
  const weights = { weight: tensorOf([outChannels, channels, 3, 3], weight), bias: tensorOf([outChannels], bias) };
  graph.output(layers.deformConv(graph, 'y', inputs, weights, form));
  return modelFromGraph(graph);
}

describe('deformConv', () => {
  test.each([
    ['none', () => 0],
    ['fractions of a pixel', (random: () => number) => random() - 0.5],
    ['several pixels, beyond the borders', (random: () => number) => 12 * (random() - 0.5)],
    ['whole pixels, onto and past the borders', (random: () => number) => Math.round(8 * (random() - 0.5))],
    [
      'within 1e-3 of the rim at -1 and at the size',
      (random: () => number) => Math.round(8 * (random() - 0.5)) + 1e-3 * (random() - 0.5),
    ],
    ['far outside', (random: () => number) => 1e4 * (random() - 0.5)],
  ])('equals the definition at random offsets: %s', async (_, offsetOf) => {
    const example = caseFrom(3, offsetOf);
    const feed = (data: Float32Array, count: number) => ({ data, shape: [1, count, height, width] });
    const feeds = { x: feed(example.x, channels), offset: feed(example.offset, 18), mask: feed(example.mask, 9) };
    const { y } = await runModel(await graphOf(example, 'deform-conv'), feeds);
    expect(y?.dims).toEqual([1, outChannels, height, width]);
    expect(maxAbsDifference(y!.data, bruteForceDeformConv(example))).toBeLessThan(2e-5);
  });

  test('gives each image of a batch its own offsets', async () => {
    const first = caseFrom(5, (random) => 6 * (random() - 0.5));
    const second = { ...caseFrom(6, (random) => 6 * (random() - 0.5)), weight: first.weight, bias: first.bias };
    const feed = (name: 'x' | 'offset' | 'mask', count: number) => {
      const data = Float32Array.from([...first[name], ...second[name]]);
      return { data, shape: [2, count, height, width] };
    };
    const feeds = { x: feed('x', channels), offset: feed('offset', 18), mask: feed('mask', 9) };
    const { y } = await runModel(await graphOf(first, 'deform-conv', 2), feeds);
    const expected = Float32Array.from([...bruteForceDeformConv(first), ...bruteForceDeformConv(second)]);
    expect(maxAbsDifference(y!.data, expected)).toBeLessThan(2e-5);
  });

  test('writes the custom node DCNv2 with inputs and attributes in the recipe order', async () => {
    const model = modelFromBytes(
      await graphOf(
        caseFrom(1, () => 0),
        'dcnv2',
      ),
    );
    const node = model.graph!.node[0]!;
    expect(node.opType).toBe('DCNv2');
    expect(node.domain).toBe('');
    expect(node.input).toEqual(['x', 'offset', 'mask', 'y.weight', 'y.bias']);
    const names = ['stride', 'padding', 'dilation', 'groups', 'deformable_group'];
    expect(node.attribute.map((attribute) => attribute.name)).toEqual(names);
    expect(names.map((name) => intOfAttribute(node, name, -1))).toEqual([1, 1, 1, 1, 1]);
  });
});
