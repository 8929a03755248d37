// What the original TRT-FairMot recipe exports: PyTorch 2.13's tracing exporter on a deformable convolution with its
// symbolic `DCNv2`, BatchNorm, ReLU and a depthwise upsampling; recipe-y.f32 are PyTorch's values for recipe-x.f32.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFromBytes } from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { applyPasses } from '../../src/passes/apply-passes.js';
import { passesFor } from '../../src/passes/pass-list.js';
import { ops, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', name));
const floats = (name: string) => new Float32Array(new Uint8Array(fixture(name)).buffer);

test.each([9, 11])(
  'a graph of opset %i becomes Conv, plugin and dense ConvTranspose, with PyTorch\u2019s values',
  async (opset) => {
    const model = modelFromBytes(fixture(`recipe-opset${opset}.onnx`));
    const { model: passed, reports } = applyPasses(model, passesFor({ tensorrt: '8.6.0', precision: 'fp32' }));
    expect(ops(passed)).toEqual(['Conv', 'FairmotDCNv2', 'ConvTranspose']);
    expect(reports.map(({ changed }) => changed)).toEqual([1, 1, 1, 0]);
    const { y } = await run(standardModel(passed), { x: { data: floats('recipe-x.f32'), dims: [1, 4, 8, 8] } });
    expect(maxAbsDifference(y ?? [], floats('recipe-y.f32'))).toBeLessThan(1e-5);
  },
);
