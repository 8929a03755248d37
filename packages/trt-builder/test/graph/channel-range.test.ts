import { type NodeProto, nodeFrom, type TensorProto, tensorFromInts } from '@trt-fairmot/onnx-export';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelRange } from '../../src/graph/channel-range.js';
import { GraphIndex } from '../../src/graph/graph-index.js';
import { float, graph, modelOf } from '../support/models.js';

const index = (nodes: NodeProto[], initializers: TensorProto[] = []) =>
  new GraphIndex(
    graph(modelOf({ nodes, initializers, inputs: [float('x', [1, 27, 4, 4])], outputs: [float('y', [1, 1, 4, 4])] })),
  );

/** Slice as an operator of opset 10 and later, or of opset 9 with attributes. */
function slice(
  name: string,
  input: string,
  [begin, end, axis]: readonly [number, number, number],
  attributes: boolean,
) {
  const parts = { starts: begin, ends: end, axes: axis };
  const names = Object.keys(parts).map((part) => `${name}_${part}`);
  const initializers = Object.entries(parts).map(([part, value]) => tensorFromInts(`${name}_${part}`, [1], [value]));
  const asLists = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, [value]]));
  const node = attributes
    ? nodeFrom({ op: 'Slice', name, inputs: [input], outputs: [name], attributes: asLists })
    : nodeFrom({ op: 'Slice', name, inputs: [input, ...names], outputs: [name] });
  return { node, initializers: attributes ? [] : initializers };
}

describe('channelRange', () => {
  test('slices of slices are what JavaScript\u2019s slice says, in both spellings', () => {
    const bound = fc.integer({ min: -40, max: 40 });
    fc.assert(
      fc.property(bound, bound, bound, bound, fc.boolean(), (a, b, c, d, attributes) => {
        const outer = slice('outer', 'x', [a, b, 1], attributes);
        const inner = slice('inner', 'outer', [c, d, 1], attributes);
        const channels = Array.from({ length: 27 }, (_, i) => i)
          .slice(a, b)
          .slice(c, d);
        const range = channelRange(
          index([outer.node, inner.node], [...outer.initializers, ...inner.initializers]),
          'inner',
        );
        const received =
          range && range.end > range.begin
            ? Array.from({ length: range.end - range.begin }, (_, i) => range.begin + i)
            : [];
        expect(range?.value).toBe('x');
        expect(received).toEqual(channels);
      }),
    );
  });

  test('Split by attribute, by input and evenly; Concat of neighbours', () => {
    const attributed = nodeFrom({
      op: 'Split',
      name: 's',
      inputs: ['x'],
      outputs: ['a', 'b'],
      attributes: { axis: 1, split: [18, 9] },
    });
    expect(channelRange(index([attributed]), 'b')).toEqual({ value: 'x', begin: 18, end: 27 });
    const even = nodeFrom({
      op: 'Split',
      name: 's',
      inputs: ['x'],
      outputs: ['a', 'b', 'c', 'd'],
      attributes: { axis: 1 },
    });
    expect(channelRange(index([even]), 'd')).toEqual({ value: 'x', begin: 21, end: 27 });
    const join = (inputs: string[]) =>
      nodeFrom({ op: 'Concat', name: 'j', inputs, outputs: ['j'], attributes: { axis: 1 } });
    expect(channelRange(index([even, join(['b', 'c'])]), 'j')).toEqual({ value: 'x', begin: 7, end: 21 });
  });

  test('what is no range is itself', () => {
    const even = nodeFrom({ op: 'Split', name: 's', inputs: ['x'], outputs: ['a', 'b', 'c'], attributes: { axis: 1 } });
    const swapped = nodeFrom({ op: 'Concat', name: 'j', inputs: ['b', 'a'], outputs: ['y'], attributes: { axis: 1 } });
    expect(channelRange(index([even, swapped]), 'y')).toEqual({ value: 'y', begin: 0, end: 1 });
    const rows = slice('y', 'x', [0, 2, 2], false);
    expect(channelRange(index([rows.node], rows.initializers), 'y')).toEqual({ value: 'y', begin: 0, end: 1 });
  });

  test('unknown channels give null', () => {
    expect(channelRange(index([nodeFrom({ op: 'Relu', name: 'r', inputs: ['x'], outputs: ['r'] })]), 'r')).toBeNull();
  });
});
