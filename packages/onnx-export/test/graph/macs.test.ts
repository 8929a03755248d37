import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, GraphProtoSchema, layers, macsFromGraph, nodeFrom, valueInfoFrom } from '../../src/index.js';
import { tensorOf } from '../support/tiny-network.js';

const weights = (...shape: number[]) => ({ weight: tensorOf(shape, new Float32Array(shape.reduce((a, b) => a * b))) });

describe('macsFromGraph', () => {
  test('counts convolutions, an open batch as one image', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['batch', 4, 8, 8]);
    const strided = layers.conv(graph, 'c', x, weights(6, 4, 3, 3), { stride: 2, padding: 1 });
    const up = layers.convTranspose(graph, 'u', strided, weights(6, 1, 4, 4), { stride: 2, padding: 1, groups: 6 });
    graph.output(layers.relu(graph, 'y', up));
    // 6x4x4 outputs of 4*9 products; 6x4x4 inputs that each reach 4x4 outputs of their own channel
    expect(macsFromGraph(await graph.finish('g'))).toBe(6 * 16 * 36 + 6 * 16 * 16);
  });

  test('counts matrix products and says when a shape is unknown', () => {
    const info = (name: string, ...shape: number[]) => valueInfoFrom({ name, type: 'float32', shape });
    const node = [nodeFrom({ op: 'MatMul', name: 'm', inputs: ['a', 'b'], outputs: ['y'] })];
    const known = { node, input: [info('a', 2, 3, 5), info('b', 5, 7)], output: [info('y', 2, 3, 7)] };
    expect(macsFromGraph(create(GraphProtoSchema, known))).toBe(2 * 3 * 5 * 7);
    expect(macsFromGraph(create(GraphProtoSchema, { ...known, output: [] }))).toBeNull();
  });
});
