import { nodeFrom } from '@trt-fairmot/onnx-export';
import { expect, test } from 'vitest';
import { UnusedNames } from '../../src/graph/unused-names.js';
import { float, graph, modelOf, randomTensor } from '../support/models.js';

test('names are new to inputs, weights, values and each other', () => {
  const nodes = [nodeFrom({ op: 'Add', name: 'n', inputs: ['x', 'w'], outputs: ['w_2'] })];
  const parts = {
    nodes,
    initializers: [randomTensor('w', [1], 1)],
    inputs: [float('x', [1])],
    outputs: [float('w_2', [1])],
  };
  const names = new UnusedNames(graph(modelOf(parts)));
  expect(['free', 'free', 'x', 'w', 'w'].map((wanted) => names.next(wanted))).toEqual([
    'free',
    'free_2',
    'x_2',
    'w_3',
    'w_4',
  ]);
});
