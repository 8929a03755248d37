import { type NodeProto, nodeFrom, tensorFromInts } from '@trt-fairmot/onnx-export';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphIndex } from '../../src/graph/graph-index.js';
import { knownIntegers } from '../../src/graph/known-integers.js';
import { float, graph, modelOf, randomTensor } from '../support/models.js';

const ints = (name: string, values: number[]) => tensorFromInts(name, [values.length], values);
const node = (op: string, inputs: string[], output: string) =>
  nodeFrom({ op, name: output, inputs, outputs: [output] });

function known(nodes: NodeProto[], constants: Record<string, number[]>, value: string) {
  const initializers = [
    ...Object.entries(constants).map(([name, values]) => ints(name, values)),
    randomTensor('float', [1], 1),
  ];
  const parts = { nodes, initializers, inputs: [float('x', ['n', 27, 'h', 6])], outputs: [float('y', [1])] };
  return knownIntegers(new GraphIndex(graph(modelOf(parts))), value);
}

describe('knownIntegers', () => {
  test('arithmetic on constants, as integers', () => {
    const number = fc.integer({ min: -1000, max: 1000 });
    const operations: Record<string, (a: number, b: number) => number> = {
      Add: (a, b) => a + b,
      Sub: (a, b) => a - b,
      Mul: (a, b) => a * b,
      Div: (a, b) => Number(BigInt(a) / BigInt(b)),
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(operations)),
        fc.array(number, { minLength: 1, maxLength: 3 }),
        number,
        (op, list, scalar) => {
          fc.pre(op !== 'Div' || scalar !== 0);
          const expected = list.map((value) => (operations[op]?.(value, scalar) ?? Number.NaN) + 0); // + 0: no -0
          expect(known([node(op, ['a', 'b'], 'y')], { a: list, b: [scalar] }, 'y')?.map((value) => value + 0)).toEqual(
            expected,
          );
        },
      ),
    );
  });

  test('sizes of a declared shape, also behind Identity and Unsqueeze; unknown ones stay unknown', () => {
    const nodes = [
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'at'], 'g'),
      node('Unsqueeze', ['g'], 'u'),
      node('Identity', ['u'], 'y'),
    ];
    expect(known(nodes, { at: [1] }, 'y')).toEqual([27]);
    expect(known(nodes, { at: [-1, 1] }, 'y')).toEqual([6, 27]);
    expect(known(nodes, { at: [2] }, 'y')).toBeNull();
  });

  test('floats and other operators are unknown', () => {
    expect(known([node('Add', ['float', 'float'], 'y')], {}, 'y')).toBeNull();
    expect(known([node('Relu', ['a'], 'y')], { a: [1] }, 'y')).toBeNull();
    expect(known([], {}, 'x')).toBeNull();
  });
});
