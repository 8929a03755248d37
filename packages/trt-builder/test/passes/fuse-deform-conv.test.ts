import {
  bytesFromModel,
  intOfAttribute,
  intsOfAttribute,
  type ModelProto,
  modelFromBytes,
  nodeFrom,
  type ValueInfoProto,
} from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { updated } from '../../src/graph/updated.js';
import { fuseDeformConv } from '../../src/passes/fuse-deform-conv.js';
import { type DeformableCase, type DeformableForm, deformableModel, plainCase } from '../support/deformable-models.js';
import { graph, ops, randomFloats, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

const xOf = (c: DeformableCase) => ({
  x: {
    data: randomFloats(c.batch * c.inChannels * c.size[0] * c.size[1], 9, 2),
    dims: [c.batch, c.inChannels, ...c.size],
  },
});

/** Largest difference between what ONNX Runtime computes for the standard form and for the fused graph of any form. */
async function difference(c: DeformableCase, form: DeformableForm = {}): Promise<number> {
  const before = await run(deformableModel(c, { ...form, op: 'DeformConv' }), xOf(c));
  const after = await run(standardModel(fuseDeformConv(deformableModel(c, form)).model), xOf(c));
  return maxAbsDifference(before.y as Float32Array, after.y as Float32Array);
}

const plugin = (model: ModelProto) =>
  graph(model).node.find(({ opType }) => opType === 'FairmotDCNv2') as NonNullable<ReturnType<typeof nodeFrom>>;

describe('fuseDeformConv', () => {
  test('takes offset and mask in one tensor, and the Relu inside', () => {
    const { model, changed, notes } = fuseDeformConv(deformableModel(plainCase));
    expect(ops(model)).toEqual(['Conv', 'FairmotDCNv2']);
    expect({ changed, notes }).toEqual({ changed: 1, notes: [] });
    expect(plugin(model).input).toEqual(['x', 'offset_mask', 'weight_ohwi', 'bias']);
    expect(plugin(model).output).toEqual(['y']);
    const flags = ['offset_mask', 'mask_activation', 'weight_layout', 'relu'];
    expect(flags.map((name) => intOfAttribute(plugin(model), name, -1))).toEqual([1, 1, 1, 1]);
    expect(intsOfAttribute(plugin(model), 'stride', [])).toEqual([1, 1]);
    expect(intsOfAttribute(plugin(model), 'padding', [])).toEqual([1, 1]);
    expect(graph(model).initializer.map(({ name }) => name)).toEqual([
      'bias',
      'offset_mask.weight',
      'offset_mask.bias',
      'weight_ohwi',
    ]);
  });

  test('leaves the model it was given as it was', () => {
    const model = deformableModel(plainCase);
    const before = bytesFromModel(model);
    fuseDeformConv(model);
    expect(bytesFromModel(model)).toEqual(before);
  });

  test.each(['DCNv2', 'DCNv2-lists', 'ModulatedDeformConv2d', 'MMCVModulatedDeformConv2d'] as const)(
    'reads %s, cut by chunk and cat',
    async (op) => {
      const c = {
        ...plainCase,
        inChannels: 4,
        outChannels: 6,
        groups: 2,
        deformableGroups: 2,
        stride: 2,
        dilation: 2,
        padding: 2,
      };
      const { model } = fuseDeformConv(deformableModel(c, { op, cut: 'chunk' }));
      expect(ops(model)).toEqual(['Conv', 'FairmotDCNv2']);
      expect(plugin(model).domain).toBe('');
      expect(await difference(c, { op, cut: 'chunk' })).toBe(0);
    },
  );

  test('computes what it did, whatever the shape and the form', async () => {
    const shape = fc.record({
      channels: fc.constantFrom([2, 4, 1], [4, 2, 2], [6, 3, 3]),
      kernel: fc.constantFrom([3, 3], [1, 3], [2, 2]) as fc.Arbitrary<[number, number]>,
      stride: fc.integer({ min: 1, max: 2 }),
      padding: fc.integer({ min: 0, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      deformableGroups: fc.integer({ min: 1, max: 2 }),
      batch: fc.integer({ min: 1, max: 2 }),
    });
    const form = fc.record({
      cut: fc.constantFrom('slice' as const, 'chunk' as const),
      sigmoid: fc.boolean(),
      bias: fc.boolean(),
      relu: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shape, form, async ({ channels, ...rest }, written) => {
        const [inChannels, outChannels, groups] = channels as [number, number, number];
        const c = { ...plainCase, ...rest, inChannels, outChannels, groups };
        expect(await difference(c, written)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('a mask without Sigmoid is told apart', () => {
    const { model } = fuseDeformConv(deformableModel(plainCase, { sigmoid: false }));
    expect(plugin(model).input).toEqual(['x', 'offset_mask', 'weight_ohwi', 'bias']);
    expect(intOfAttribute(plugin(model), 'mask_activation', -1)).toBe(0);
  });

  test('takes them apart where the tensor holds more than both', () => {
    const model = deformableModel(plainCase);
    const wide = graph(model).initializer.map((tensor) =>
      tensor.name === 'offset_mask.weight' ? updated(tensor, { dims: [40n, 4n, 3n, 3n] }) : tensor,
    );
    const fused = fuseDeformConv(updated(model, { graph: updated(graph(model), { initializer: wide }) }));
    expect(plugin(fused.model).input).toEqual(['x', 'offset', 'logits', 'weight_ohwi', 'bias']);
  });

  test('gives a missing mask as ones and leaves a missing bias out', async () => {
    const form = { mask: false, bias: false };
    const { model } = fuseDeformConv(deformableModel(plainCase, form));
    expect(ops(model)).toEqual(['Conv', 'Slice', 'Slice', 'Shape', 'Expand', 'FairmotDCNv2']);
    expect(await difference(plainCase, form)).toBe(0);
  });

  test('keeps a Relu apart where something else needs the value before it', async () => {
    const model = deformableModel(plainCase);
    const output = updated(graph(model).output[0] as ValueInfoProto, { name: 'linear' });
    const both = updated(model, { graph: updated(graph(model), { output: [...graph(model).output, output] }) });
    const { model: fused } = fuseDeformConv(both);
    expect(ops(fused)).toEqual(['Conv', 'FairmotDCNv2', 'Relu']);
    expect(intOfAttribute(plugin(fused), 'relu', -1)).toBe(0);
    const [expected, received] = [await run(both, xOf(plainCase)), await run(standardModel(fused), xOf(plainCase))];
    expect(received).toEqual(expected);
  });

  test('leaves a node with unequal padding, and says so', () => {
    const model = deformableModel(plainCase);
    const node = graph(model).node.map((candidate) =>
      candidate.opType === 'DeformConv'
        ? nodeFrom({
            op: 'DeformConv',
            name: 'dcn',
            inputs: candidate.input,
            outputs: candidate.output,
            attributes: { pads: [1, 1, 0, 0] },
          })
        : candidate,
    );
    const { model: fused, changed, notes } = fuseDeformConv(updated(model, { graph: updated(graph(model), { node }) }));
    expect(ops(fused)).toEqual(['Conv', 'Slice', 'Slice', 'Sigmoid', 'DeformConv', 'Relu']);
    expect(changed).toBe(0);
    expect(notes).toEqual(['DeformConv dcn pads its sides unequally (1,1,0,0), so it stays as it is']);
  });

  test('survives encoding: the bytes decode to the same graph', () => {
    const { model } = fuseDeformConv(deformableModel(plainCase));
    expect(ops(modelFromBytes(bytesFromModel(model)))).toEqual(['Conv', 'FairmotDCNv2']);
  });
});
