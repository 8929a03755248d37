import { join } from 'node:path';
import { type ModelProto, modelFromBytes, onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyPasses } from '../../src/passes/apply-passes.js';
import { passesFor } from '../../src/passes/pass-list.js';
import { insertQuantization } from '../../src/quantization/insert-quantization.js';
import { matcherFrom } from '../../src/quantization/name-pattern.js';
import { valuesToObserve } from '../../src/quantization/quantization-plan.js';
import { quantizedLayers } from '../../src/quantization/quantized-layers.js';
import { graph, ops } from '../support/models.js';

const checkpoint = join(import.meta.dirname, '..', '..', '..', '..', 'tools', 'demo', 'fairmot-dla34-half.pth');

describe("FairMOT's network", () => {
  let model: ModelProto;
  beforeAll(async () => {
    model = modelFromBytes((await onnxFromCheckpoint(checkpoint, { height: 64, width: 96 })).bytes);
  });

  test('by default: levels 2 to 5 of the backbone and the 3x3 of the heads', () => {
    const layers = quantizedLayers(graph(model));
    expect(layers).toHaveLength(38);
    expect(layers.filter((name) => !/^base\.level[2-5]\./.test(name))).toEqual(['hm.0', 'wh.0', 'reg.0', 'id.0']);
    const convolutions = graph(model).node.filter(({ opType, name }) => opType === 'Conv' && /level[2-5]/.test(name));
    expect(convolutions.every(({ name }) => layers.includes(name))).toBe(true);
  });

  test('patterns add and take away; what is kept wins', () => {
    const layers = quantizedLayers(graph(model), {
      quantize: ['ida_up.up_?', 'base.*'],
      keep: ['base.level[45].*', 'id.0'],
    });
    expect(layers).toContain('ida_up.up_2');
    expect(layers).toContain('base.level1.0');
    expect(layers.some((name) => /level[45]|^id\.0/.test(name))).toBe(false);
  });

  test.each(['quantize', 'keep'] as const)('a %s pattern that matches nothing is a usage error', (name) => {
    expect(() => quantizedLayers(graph(model), { [name]: ['base.level9.*'] })).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringMatching(/^Expected --\S+ to match a convolution but received base\.level9\.\*/),
        hint: expect.stringContaining('base.base_layer.0'),
      }),
    );
  });

  test.each(['8.6.0', '10.16.0'])('TensorRT %s: the other passes find what they find without int8', (tensorrt) => {
    const options = { layers: quantizedLayers(graph(model)), rangeOf: () => 1 };
    const names = passesFor({ tensorrt, precision: 'int8' });
    const { model: int8, reports } = applyPasses(model, names, {}, (current) => insertQuantization(current, options));
    const changed = Object.fromEntries(reports.map((report) => [report.pass, report.changed]));
    expect(changed).toMatchObject({ 'fuse-deform-conv': 16, 'densify-depthwise-transpose': 8, quantize: 38 });
    expect(reports.flatMap(({ notes }) => notes)).toEqual([]);
    expect(ops(int8)).not.toContain('Sigmoid');
    const values = valuesToObserve(model, options.layers);
    expect(values).toContain('ida_up.node_2');
    expect(new Set(values).size).toBe(values.length);
  });
});

test.each([
  ['a.*', 'a.b.c', true],
  ['a.*', 'ab', false],
  ['a?c', 'abc', true],
  ['[ab]x', 'bx', true],
  ['[ab]x', 'cx', false],
  ['a+(b)', 'a+(b)', true],
  ['*', '', true],
])('%s and %s: %s', (pattern, name, matches) => {
  expect(matcherFrom(pattern)(name)).toBe(matches);
});
