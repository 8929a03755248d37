import { bytesFromModel, intOfAttribute, type ModelProto, type NodeProto } from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { fuseDeformConv } from '../../src/passes/fuse-deform-conv.js';
import { fuseOffsetConv } from '../../src/passes/fuse-offset-conv.js';
import { type DeformableCase, type DeformableForm, deformableModel, plainCase } from '../support/deformable-models.js';
import { graph, ops, randomFloats, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

const wide: DeformableCase = { ...plainCase, inChannels: 64, outChannels: 40 };
const fuse = (c: DeformableCase, form: DeformableForm = {}) =>
  fuseOffsetConv(fuseDeformConv(deformableModel(c, form)).model);
const plugin = (model: ModelProto) => graph(model).node.find(({ opType }) => opType === 'FairmotDCNv2') as NodeProto;

describe('fuseOffsetConv', () => {
  test('takes the convolution of the offsets inside', () => {
    const { model, changed, notes } = fuse(wide);
    expect(ops(model)).toEqual(['FairmotDCNv2']);
    expect({ changed, notes }).toEqual({ changed: 1, notes: [] });
    expect(plugin(model).input).toEqual([
      'x',
      'offset_mask.weight_fragments',
      'offset_mask.bias',
      'weight_ohwi_fragments',
      'bias',
    ]);
    const flags = ['offset_convolution', 'out_channels', 'mask_activation', 'relu', 'offset_mask'];
    expect(flags.map((name) => intOfAttribute(plugin(model), name, -1))).toEqual([1, 40, 1, 1, -1]);
    const dims = Object.fromEntries(graph(model).initializer.map(({ name, dims }) => [name, dims.map(Number)]));
    expect(dims['offset_mask.weight_fragments']).toEqual([9, 1, 4, 2, 32, 8]);
    expect(dims.weight_ohwi_fragments).toEqual([9, 1, 8, 2, 32, 8]);
  });

  // Chunks of 32 and of 64 inputs, one and several, paddings of the outputs to 32, 64 and 128.
  test.each([
    [{ inChannels: 32, outChannels: 5 }, {}],
    [{ inChannels: 96, outChannels: 33, stride: 2 }, { bias: false }],
    [{ inChannels: 64, outChannels: 128, dilation: 2, padding: 2 }, { relu: false }],
    [
      { inChannels: 192, outChannels: 64 },
      { sigmoid: false, cut: 'chunk' },
    ],
  ] as const)('computes what the graph did, %o', async (shape, form) => {
    const c: DeformableCase = { ...plainCase, ...shape, size: [5, 6], batch: 1 };
    const x = { data: randomFloats(c.inChannels * 30, 9, 1), dims: [1, c.inChannels, 5, 6] };
    const before = await run(deformableModel(c, form), { x });
    const { model, changed } = fuse(c, form);
    expect(changed).toBe(1);
    const after = await run(standardModel(model), { x });
    expect(maxAbsDifference(before.y as Float32Array, after.y as Float32Array)).toBe(0);
  });

  test.each([
    ['fp16', 1],
    ['fp32', 0],
  ] as const)('interpolates in %s where that is asked for', (dcnInterpolation, packed) => {
    const { model } = fuseOffsetConv(fuseDeformConv(deformableModel(wide)).model, { dcnInterpolation });
    expect(intOfAttribute(plugin(model), 'packed_interpolation', -1)).toBe(packed);
  });

  test.each([
    ['channels that are no multiple of 32', { inChannels: 40 }],
    ['more than 128 outputs', { outChannels: 129 }],
    ['another kernel', { kernel: [1, 3] }],
    ['groups', { groups: 2 }],
    ['deformable groups', { deformableGroups: 2 }],
  ] as const)('leaves %s as they are', (_, shape) => {
    const fused = fuseDeformConv(deformableModel({ ...wide, ...shape })).model;
    const { model, changed } = fuseOffsetConv(fused);
    expect(changed).toBe(0);
    expect(bytesFromModel(model)).toEqual(bytesFromModel(fused));
  });

  test('leaves offsets that something else needs too', () => {
    const fused = fuseDeformConv(deformableModel(wide)).model;
    const { graph: inner } = fused;
    inner?.output.push({ ...(inner.output[0] as (typeof inner.output)[number]), name: 'offset_mask' });
    expect(fuseOffsetConv(fused).changed).toBe(0);
  });
});
