import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import {
  consumersOf,
  GraphProtoSchema,
  initializersOf,
  nodeFrom,
  producersOf,
  removeUnused,
  replaceNode,
  replaceUses,
  setInitializer,
  tensorFromFloats,
} from '../../src/index.js';

const relu = (name: string, input: string) => nodeFrom({ op: 'Relu', name, inputs: [input], outputs: [name] });

/** x -> a -> b -> y, and a -> dead; weight w unused. */
function graphOf() {
  const add = nodeFrom({ op: 'Add', name: 'y', inputs: ['b', 'a'], outputs: ['y'] });
  return create(GraphProtoSchema, {
    node: [relu('a', 'x'), relu('b', 'a'), relu('dead', 'a'), add],
    initializer: [tensorFromFloats('w', [1], Float32Array.of(1))],
    input: [{ name: 'x' }],
    output: [{ name: 'y' }],
    valueInfo: [{ name: 'a' }, { name: 'b' }, { name: 'dead' }],
  });
}

describe('graph edits', () => {
  test('find who makes and who reads a value', () => {
    const graph = graphOf();
    expect(producersOf(graph).get('b')?.name).toBe('b');
    expect(producersOf(graph).has('x')).toBe(false);
    expect(
      consumersOf(graph)
        .get('a')
        ?.map(({ name }) => name),
    ).toEqual(['b', 'dead', 'y']);
  });

  test('replaceNode keeps the position', () => {
    const graph = graphOf();
    replaceNode(graph, graph.node[1]!, [relu('b1', 'a'), relu('b', 'b1')]);
    expect(graph.node.map(({ name }) => name)).toEqual(['a', 'b1', 'b', 'dead', 'y']);
    expect(() => replaceNode(graph, relu('z', 'x'), [])).toThrow('Expected node z in the graph');
  });

  test('replaceUses moves readers, removeUnused drops what is left over', () => {
    const graph = graphOf();
    replaceUses(graph, 'b', 'a');
    removeUnused(graph);
    expect(graph.node.map(({ name, input }) => [name, input])).toEqual([
      ['a', ['x']],
      ['y', ['a', 'a']],
    ]);
    expect(graph.initializer).toEqual([]);
    expect(graph.valueInfo.map(({ name }) => name)).toEqual(['a']);
  });

  test('setInitializer adds, then replaces', () => {
    const graph = graphOf();
    setInitializer(graph, tensorFromFloats('v', [1], Float32Array.of(2)));
    setInitializer(graph, tensorFromFloats('w', [2], Float32Array.of(3, 4)));
    expect([...initializersOf(graph)].map(([name, { dims }]) => [name, dims])).toEqual([
      ['w', [2n]],
      ['v', [1n]],
    ]);
  });
});
