import { TensorProto_DataType as DataType, type ModelProto, nodeFrom } from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { fuseDeformConv } from '../../src/passes/fuse-deform-conv.js';
import { halfPrecision } from '../../src/passes/half-precision.js';
import { deformableModel, plainCase } from '../support/deformable-models.js';
import { float, graph, modelOf, ops, randomFloats, randomTensor, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

/** x / 2 -> Conv -> features (output); a second Conv -> Sigmoid -> peaks -> scores; features also go on into a MatMul. */
function mixedModel(): ModelProto {
  return modelOf({
    nodes: [
      nodeFrom({ op: 'Mul', name: 'scale', inputs: ['x', 'half'], outputs: ['scaled'] }),
      nodeFrom({
        op: 'Conv',
        name: 'c1',
        inputs: ['scaled', 'w1', 'b1'],
        outputs: ['features'],
        attributes: { pads: [1, 1, 1, 1] },
      }),
      nodeFrom({ op: 'Relu', name: 'r', inputs: ['features'], outputs: ['positive'] }),
      nodeFrom({ op: 'Conv', name: 'c2', inputs: ['positive', 'w2'], outputs: ['logits'] }),
      nodeFrom({ op: 'Sigmoid', name: 's', inputs: ['logits'], outputs: ['heat'] }),
      nodeFrom({
        op: 'MaxPool',
        name: 'm',
        inputs: ['heat'],
        outputs: ['peak'],
        attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
      }),
      nodeFrom({ op: 'Equal', name: 'e', inputs: ['heat', 'peak'], outputs: ['is'] }),
      nodeFrom({ op: 'Where', name: 'p', inputs: ['is', 'heat', 'zero'], outputs: ['scores'] }),
      nodeFrom({ op: 'Mul', name: 'g', inputs: ['positive', 'scores'], outputs: ['weighted'] }),
      nodeFrom({ op: 'Conv', name: 'c3', inputs: ['weighted', 'w3'], outputs: ['ids'] }),
    ],
    initializers: [
      randomTensor('half', [1], 1),
      randomTensor('w1', [4, 3, 3, 3], 2, 0.4),
      randomTensor('b1', [4], 3),
      randomTensor('w2', [1, 4, 1, 1], 4),
      randomTensor('zero', [1], 5, 0),
      randomTensor('w3', [2, 4, 1, 1], 6),
    ],
    inputs: [float('x', [1, 3, 8, 8])],
    outputs: [float('features', [1, 4, 8, 8]), float('scores', [1, 1, 8, 8]), float('ids', [1, 2, 8, 8])],
    values: [float('positive', [1, 4, 8, 8]), float('heat', [1, 1, 8, 8])],
  });
}

const declared = (model: ModelProto, name: string) => {
  const info = graph(model).valueInfo.find((candidate) => candidate.name === name)?.type?.value;
  return info?.case === 'tensorType' ? info.value.elemType : null;
};

describe('halfPrecision', () => {
  test('types convolutions float16 and the sigmoid with what follows float32', () => {
    const { model, changed } = halfPrecision(mixedModel());
    expect(changed).toBe(4);
    expect(ops(model)).toEqual([
      ...['Mul', 'Cast', 'Conv', 'Cast', 'Relu', 'Conv', 'Cast', 'Sigmoid', 'MaxPool', 'Equal', 'Where'],
      ...['Cast', 'Mul', 'Cast', 'Conv', 'Cast'],
    ]);
    expect(declared(model, 'positive')).toBe(DataType.FLOAT16);
    expect(declared(model, 'heat')).toBe(DataType.FLOAT);
    const types = Object.fromEntries(graph(model).initializer.map(({ name, dataType }) => [name, dataType]));
    expect(types).toEqual({
      half: DataType.FLOAT,
      zero: DataType.FLOAT,
      ...Object.fromEntries(['w1', 'b1', 'w2', 'w3'].map((name) => [`${name}_float16`, DataType.FLOAT16])),
    });
  });

  test('ONNX Runtime takes the types, and the values are those of float32 to half precision', async () => {
    const feeds = { x: { data: randomFloats(192, 8), dims: [1, 3, 8, 8] } };
    const model = mixedModel();
    const [expected, received] = [await run(model, feeds), await run(halfPrecision(model).model, feeds)];
    expect(Object.keys(received)).toEqual(['features', 'scores', 'ids']);
    expect(received.features).toBeInstanceOf(Float32Array);
    const difference = maxAbsDifference(expected.features as Float32Array, received.features as Float32Array);
    expect(difference).toBeLessThan(4e-3);
    expect(difference).toBeGreaterThan(0);
    expect(maxAbsDifference(expected.ids as Float32Array, received.ids as Float32Array)).toBeLessThan(0.02);
  });

  test('a plugin node takes and gives float16', async () => {
    const model = deformableModel(plainCase);
    const feeds = { x: { data: randomFloats(2 * 4 * 7 * 9, 8), dims: [2, 4, 7, 9] } };
    const half = halfPrecision(fuseDeformConv(model).model).model;
    expect(ops(half)).toEqual(['Cast', 'Conv', 'FairmotDCNv2', 'Cast']);
    expect(graph(half).initializer.every(({ dataType }) => dataType === DataType.FLOAT16)).toBe(true);
    const [expected, received] = [await run(model, feeds), await run(standardModel(half), feeds)];
    expect(maxAbsDifference(expected.y as Float32Array, received.y as Float32Array)).toBeLessThan(0.1);
  });

  test('a second run changes nothing', () => {
    const { model } = halfPrecision(mixedModel());
    expect(halfPrecision(model)).toEqual({ model, changed: 0, notes: [] });
  });

  test('a weight beyond the range of float16 is an error that names it', () => {
    const model = mixedModel();
    const rest = graph(model).initializer.filter(({ name }) => name !== 'w2');
    graph(model).initializer = [...rest, randomTensor('w2', [1, 4, 1, 1], 4, 1e6)];
    expect(() => halfPrecision(model)).toThrow(/w2.*65504/);
  });
});
