import { TensorProto_DataType as DataType, floatsFromTensor, type TensorProto } from '@trt-fairmot/onnx-export';
import { describe, expect, test } from 'vitest';
import { fuseDeformConv } from '../../src/passes/fuse-deform-conv.js';
import { halfPluginWeights } from '../../src/passes/half-plugin-weights.js';
import { deformableModel, plainCase } from '../support/deformable-models.js';
import { graph } from '../support/models.js';

describe('halfPluginWeights', () => {
  test.each(['FairmotDCNv2', 'DCNv2'] as const)('weights and bias of %s alone become float16', (op) => {
    const plain = deformableModel(plainCase, { op: 'DCNv2' });
    const { model, changed } = halfPluginWeights(op === 'DCNv2' ? plain : fuseDeformConv(plain).model);
    expect(changed).toBe(1);
    const types = Object.fromEntries(graph(model).initializer.map(({ name, dataType }) => [name, dataType]));
    const weight = op === 'DCNv2' ? 'weight_float16' : 'weight_ohwi_float16';
    expect(types).toMatchObject({
      'offset_mask.weight': DataType.FLOAT,
      'offset_mask.bias': DataType.FLOAT,
      [weight]: DataType.FLOAT16,
      bias_float16: DataType.FLOAT16,
    });
    expect(types).not.toHaveProperty('bias');
    expect(
      graph(model)
        .node.find((node) => node.opType === op)
        ?.input.slice(-2),
    ).toEqual([weight, 'bias_float16']);
  });

  test('the numbers are the nearest of float16', () => {
    const before = fuseDeformConv(deformableModel(plainCase)).model;
    const after = halfPluginWeights(before).model;
    const numbers = (from: typeof before, name: string) =>
      floatsFromTensor(graph(from).initializer.find((tensor) => tensor.name === name) as TensorProto);
    const [exact, rounded] = [numbers(before, 'weight_ohwi'), numbers(after, 'weight_ohwi_float16')];
    for (const [i, value] of exact.entries())
      expect(Math.abs((rounded[i] as number) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11);
  });

  test('a second run, and a model without plugin nodes, change nothing', () => {
    const once = halfPluginWeights(fuseDeformConv(deformableModel(plainCase)).model).model;
    expect(halfPluginWeights(once).changed).toBe(0);
    expect(halfPluginWeights(deformableModel(plainCase)).changed).toBe(0);
  });
});
