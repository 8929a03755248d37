import { nodeFrom } from '@trt-fairmot/onnx-export';
import { expect, test } from 'vitest';
import { withoutUnused } from '../../src/graph/without-unused.js';
import { float, graph, modelOf, randomTensor } from '../support/models.js';

test('keeps what the outputs depend on, in order, and drops the rest', () => {
  const relu = (name: string, input: string) => nodeFrom({ op: 'Relu', name, inputs: [input], outputs: [name] });
  const before = graph(
    modelOf({
      nodes: [
        relu('a', 'x'),
        relu('dead', 'a'),
        relu('deader', 'dead'),
        nodeFrom({ op: 'Add', name: 'y', inputs: ['a', 'w'], outputs: ['y'] }),
      ],
      initializers: [randomTensor('w', [1], 1), randomTensor('unused', [1], 2)],
      inputs: [float('x', [1]), float('ignored', [1])],
      outputs: [float('y', [1])],
      values: [float('a', [1]), float('dead', [1])],
    }),
  );
  const after = withoutUnused(before);
  expect(after.node.map(({ name }) => name)).toEqual(['a', 'y']);
  expect(after.initializer.map(({ name }) => name)).toEqual(['w']);
  expect(after.valueInfo.map(({ name }) => name)).toEqual(['a']);
  expect(after.input.map(({ name }) => name)).toEqual(['x', 'ignored']);
  expect(before.node).toHaveLength(4);
});
