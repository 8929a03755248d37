import { describe, expect, test } from 'vitest';
import { floatsFromTensor, GraphBuilder, intsFromTensor, layers } from '../../src/index.js';
import { tensorOf } from '../support/tiny-network.js';

describe('GraphBuilder', () => {
  test('declares inputs, outputs and inner values once each', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['batch', 2, 4, 4]);
    const inner = layers.relu(graph, 'inner', x);
    graph.output(layers.sigmoid(graph, 'y', inner));
    const proto = await graph.finish('small');
    expect(proto.name).toBe('small');
    expect(proto.node.map(({ opType, name, input, output }) => [opType, name, input, output])).toEqual([
      ['Relu', 'inner', ['x'], ['inner']],
      ['Sigmoid', 'y', ['inner'], ['y']],
    ]);
    expect([proto.input, proto.output, proto.valueInfo].map((infos) => infos.map(({ name }) => name))).toEqual([
      ['x'],
      ['y'],
      ['inner'],
    ]);
    const type = proto.input[0]!.type!.value;
    if (type.case !== 'tensorType') throw new Error('no tensor type');
    expect(type.value.shape?.dim.map(({ value }) => value.value)).toEqual(['batch', 2n, 4n, 4n]);
  });

  test('writes weights in its float type and constants in theirs', async () => {
    const graph = new GraphBuilder('float16');
    const x = graph.input('x', 'float16', [1, 1, 2, 2]);
    graph.output(layers.conv(graph, 'y', x, { weight: tensorOf([1, 1, 1, 1], Float32Array.of(1 / 3)) }));
    graph.floats('third', [], [1 / 3]);
    const { initializer } = await graph.finish('half');
    expect(initializer.map(({ name, dataType }) => [name, dataType])).toEqual([
      ['y.weight', 10],
      ['third', 1],
    ]);
    expect(floatsFromTensor(initializer[0]!)[0]).toBe(0.333251953125);
  });

  test('shares equal integer constants', async () => {
    const graph = new GraphBuilder();
    expect(graph.ints([2], [0, -1])).toBe(graph.ints([2], [0, -1]));
    expect(graph.ints([], [0]).name).not.toBe(graph.ints([1], [0]).name);
    const { initializer } = await graph.finish('constants');
    expect(initializer.map(intsFromTensor)).toEqual([[0, -1], [0], [0]]);
  });

  test('reads weights only when finished', async () => {
    const graph = new GraphBuilder();
    let reads = 0;
    const weight = { shape: [1], read: async () => Float32Array.of(++reads) };
    graph.weight('w', weight);
    expect(reads).toBe(0);
    await graph.finish('lazy');
    expect(reads).toBe(1);
  });
});
