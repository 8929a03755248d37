import { type ModelProto, nodeFrom, tensorFromFloats, type ValueInfoProto } from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { updated } from '../../src/graph/updated.js';
import { foldBatchNorm } from '../../src/passes/fold-batch-norm.js';
import { fuseDeformConv } from '../../src/passes/fuse-deform-conv.js';
import { type DeformableForm, deformableModel, plainCase } from '../support/deformable-models.js';
import { graph, ops, randomFloats, randomTensor, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

const feeds = { x: { data: randomFloats(2 * 4 * 7 * 9, 5, 2), dims: [2, 4, 7, 9] } };

/** The deformable model with a BatchNormalization between the convolution and the Relu. */
function withBatchNorm(form: DeformableForm, epsilon?: number): ModelProto {
  const model = deformableModel(plainCase, form);
  const channels = plainCase.outChannels;
  const variance = tensorFromFloats(
    'variance',
    [channels],
    randomFloats(channels, 14).map((value) => 0.3 + Math.abs(value)),
  );
  const names = ['scale', 'shift', 'mean'];
  const initializer = [
    ...graph(model).initializer,
    ...names.map((name, i) => randomTensor(name, [channels], 10 + i)),
    variance,
  ];
  const norm = nodeFrom({
    op: 'BatchNormalization',
    name: 'norm',
    inputs: ['linear', ...names, 'variance'],
    outputs: ['normed'],
    ...(epsilon ? { attributes: { epsilon: { float: epsilon } } } : {}),
  });
  const node = graph(model).node.flatMap((candidate) =>
    candidate.opType === 'Relu' ? [norm, updated(candidate, { input: ['normed'] })] : [candidate],
  );
  return updated(model, { graph: updated(graph(model), { node, initializer }) });
}

describe('foldBatchNorm', () => {
  test.each([
    ['DeformConv', { bias: true }, undefined],
    ['DeformConv without bias', { bias: false }, undefined],
    ['DeformConv, large epsilon', { bias: true }, 0.5],
    ['DeformConv without mask and bias', { bias: false, mask: false }, undefined],
  ])('%s: equal values, and the Relu comes inside the plugin', async (_, form, epsilon) => {
    const model = withBatchNorm(form, epsilon);
    const { model: folded, changed } = foldBatchNorm(model);
    expect(changed).toBe(1);
    expect(ops(folded)).not.toContain('BatchNormalization');
    const expected = await run(model, feeds);
    const received = await run(folded, feeds);
    expect(maxAbsDifference(expected.y as Float32Array, received.y as Float32Array)).toBeLessThan(5e-6);
    const fused = fuseDeformConv(folded).model;
    expect(ops(fused).at(-1)).toBe('FairmotDCNv2');
    const inPlugin = await run(standardModel(fused), feeds);
    expect(maxAbsDifference(expected.y as Float32Array, inPlugin.y as Float32Array)).toBeLessThan(5e-6);
  });

  test('DCNv2 of the original recipe: operands keep their places', async () => {
    const expected = await run(withBatchNorm({}), feeds);
    const { model } = foldBatchNorm(withBatchNorm({ op: 'DCNv2', cut: 'chunk' }));
    const received = await run(standardModel(fuseDeformConv(model).model), feeds);
    expect(maxAbsDifference(expected.y as Float32Array, received.y as Float32Array)).toBeLessThan(5e-6);
  });

  test('leaves a normalisation behind an ordinary convolution, and one whose input is used elsewhere', () => {
    const model = withBatchNorm({});
    const output = updated(graph(model).output[0] as ValueInfoProto, { name: 'linear' });
    const shared = updated(model, { graph: updated(graph(model), { output: [...graph(model).output, output] }) });
    expect(foldBatchNorm(shared).changed).toBe(0);
    const ordinary = graph(model).node.map((node) =>
      node.opType === 'DeformConv'
        ? nodeFrom({
            op: 'Conv',
            name: 'c',
            inputs: ['x', 'weight', 'bias'],
            outputs: ['linear'],
            attributes: { pads: [1, 1, 1, 1] },
          })
        : node,
    );
    expect(foldBatchNorm(updated(model, { graph: updated(graph(model), { node: ordinary }) })).changed).toBe(0);
  });
});
