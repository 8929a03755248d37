import { create } from '@bufbuild/protobuf';
import { AttributeProtoSchema, GraphProtoSchema, nodeFrom, tensorFromInts } from '@trt-fairmot/onnx-export';
import { describe, expect, test } from 'vitest';
import { GraphIndex, usedBy } from '../../src/graph/graph-index.js';
import { float, graph, modelOf, randomTensor } from '../support/models.js';

describe('GraphIndex', () => {
  const constant = nodeFrom({
    op: 'Constant',
    name: 'k',
    inputs: [],
    outputs: ['k'],
    attributes: { value_ints: [4, 5] },
  });
  const typed = nodeFrom({ op: 'Constant', name: 't', inputs: [], outputs: ['t'] });
  typed.attribute.push(create(AttributeProtoSchema, { name: 'value', t: tensorFromInts('', [1], [9]) }));
  const conv = nodeFrom({ op: 'Conv', name: 'c', inputs: ['x', 'w'], outputs: ['h'] });
  const relu = nodeFrom({ op: 'Relu', name: 'r', inputs: ['h'], outputs: ['y'] });
  const index = new GraphIndex(
    graph(
      modelOf({
        nodes: [constant, typed, conv, relu],
        initializers: [randomTensor('w', [6, 3, 1, 1], 1)],
        inputs: [float('x', ['batch', 3, 4, 4])],
        outputs: [float('y', ['batch', 6, 4, 4])],
      }),
    ),
  );

  test('constants are initializers and Constant nodes of either spelling', () => {
    expect(index.ints('k')).toEqual([4, 5]);
    expect(index.ints('t')).toEqual([9]);
    expect(index.ints('h')).toBeNull();
    expect(index.shape('w')).toEqual([6, 3, 1, 1]);
  });

  test('channels come from the weights, else from the declared shape', () => {
    expect(index.channels('h')).toBe(6);
    expect(index.channels('x')).toBe(3);
    expect(index.shape('x')).toEqual([null, 3, 4, 4]);
    expect(index.channels('unknown')).toBeNull();
  });

  test('producers, and the one consumer of a value that is no output', () => {
    expect(index.producer('h')).toBe(conv);
    expect(index.producer('x')).toBeNull();
    expect(index.soleConsumer('h')).toBe(relu);
    expect(index.soleConsumer('y')).toBeNull();
  });
});

test('usedBy sees what subgraphs take from outside', () => {
  const branch = create(GraphProtoSchema, {
    node: [nodeFrom({ op: 'Relu', name: 'r', inputs: ['outer'], outputs: ['o'] })],
  });
  const node = nodeFrom({ op: 'If', name: 'i', inputs: ['condition', ''], outputs: ['y'] });
  node.attribute.push(create(AttributeProtoSchema, { name: 'then_branch', g: branch }));
  expect(usedBy(node)).toEqual(['condition', 'outer']);
});
