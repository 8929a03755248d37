import { intsOfAttribute, type ModelProto, type NodeProto, nodeFrom, tensorFromInts } from '@trt-fairmot/onnx-export';
import { describe, expect, test } from 'vitest';
import { fuseDeformConv } from '../../src/passes/fuse-deform-conv.js';
import { lowerOpset } from '../../src/passes/lower-opset.js';
import { deformableModel, plainCase } from '../support/deformable-models.js';
import { float, graph, modelOf, randomFloats, randomTensor, run } from '../support/models.js';

const opsetOf = (model: ModelProto) => Number(model.opsetImport[0]?.version);
const unary = (op: string, init: Partial<Parameters<typeof nodeFrom>[0]> = {}, opset = 19) =>
  modelOf({
    nodes: [nodeFrom({ op, name: 'n', inputs: ['x'], outputs: ['y'], ...init })],
    inputs: [float('x', [1, 2, 4, 4])],
    outputs: [float('y', [1, 2, 4, 4])],
    opset,
  });

describe('lowerOpset', () => {
  test('a fused network is one of opset 17; before the fusion DeformConv forbids it', () => {
    const model = deformableModel(plainCase);
    expect(lowerOpset(model)).toMatchObject({
      changed: 0,
      notes: ['DeformConv dcn began with opset 19, so opset 19 stays'],
    });
    const { model: lowered, changed, notes } = lowerOpset(fuseDeformConv(model).model);
    expect({ changed, notes, opset: opsetOf(lowered), ir: lowered.irVersion }).toEqual({
      changed: 1,
      notes: [],
      opset: 17,
      ir: 8n,
    });
  });

  test('equal values in ONNX Runtime, reductions with axes as attribute included', async () => {
    const nodes: NodeProto[] = [
      nodeFrom({
        op: 'Conv',
        name: 'c',
        inputs: ['x', 'weight'],
        outputs: ['conv'],
        attributes: { pads: [1, 1, 1, 1] },
      }),
      nodeFrom({ op: 'Sigmoid', name: 's', inputs: ['conv'], outputs: ['heat'] }),
      nodeFrom({
        op: 'MaxPool',
        name: 'm',
        inputs: ['heat'],
        outputs: ['peak'],
        attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
      }),
      nodeFrom({ op: 'Equal', name: 'e', inputs: ['heat', 'peak'], outputs: ['is'] }),
      nodeFrom({ op: 'Cast', name: 'k', inputs: ['is'], outputs: ['one'], attributes: { to: 1 } }),
      nodeFrom({ op: 'Mul', name: 'p', inputs: ['heat', 'one'], outputs: ['kept'] }),
      nodeFrom({ op: 'ReduceL2', name: 'r', inputs: ['kept', 'axes'], outputs: ['norm'], attributes: { keepdims: 1 } }),
      nodeFrom({ op: 'ReduceMax', name: 'q', inputs: ['norm', 'last'], outputs: ['y'], attributes: { keepdims: 1 } }),
    ];
    const model = modelOf({
      nodes,
      initializers: [
        randomTensor('weight', [3, 2, 3, 3], 1),
        tensorFromInts('axes', [1], [1]),
        tensorFromInts('last', [1], [3]),
      ],
      inputs: [float('x', [1, 2, 6, 6])],
      outputs: [float('y', [1, 1, 6, 1])],
    });
    const { model: lowered, changed } = lowerOpset(model);
    expect(changed).toBe(1);
    expect(intsOfAttribute(graph(lowered).node[6] as NodeProto, 'axes', [])).toEqual([1]);
    expect(graph(lowered).initializer.map(({ name }) => name)).toEqual(['weight']);
    const feeds = { x: { data: randomFloats(72, 3), dims: [1, 2, 6, 6] } };
    expect(await run(lowered, feeds)).toEqual(await run(model, feeds));
  });

  test.each([
    ['opset 17 already', unary('Relu', {}, 17), []],
    ['an older opset', unary('Relu', {}, 11), []],
    ['an opset newer than the table', unary('Relu', {}, 25), ['this pass knows opsets up to 24, so opset 25 stays']],
    [
      'an attribute that opset 17 lacks',
      unary('Split', { attributes: { num_outputs: 1 } }),
      ['Split n has the attribute num_outputs, so opset 19 stays'],
    ],
    [
      'an operator it does not list',
      unary('Gelu'),
      ['Gelu n is not in the list of operators that opset 17 shares, so opset 19 stays'],
    ],
    [
      'axes that are computed',
      unary('ReduceL2', { inputs: ['x', 'somewhere'] }),
      ['ReduceL2 n computes its axes, so opset 19 stays'],
    ],
  ])('leaves a model as it is: %s', (_, model, notes) => {
    const result = lowerOpset(model);
    expect(result.model).toBe(model);
    expect(result).toMatchObject({ changed: 0, notes });
  });

  test('nodes of other domains do not matter', () => {
    expect(lowerOpset(unary('Anything', { domain: 'my.plugins' })).changed).toBe(1);
  });
});
