import { join } from 'node:path';
import { type ModelProto, modelFromBytes, onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { beforeAll, describe, expect, test } from 'vitest';
import { matcherFrom } from '../../src/quantization/name-pattern.js';
import { valuesToObserve } from '../../src/quantization/quantization-plan.js';
import { quantizedLayers } from '../../src/quantization/quantized-layers.js';
import { graph } from '../support/models.js';

const checkpoint = join(import.meta.dirname, '..', '..', '..', '..', 'tools', 'demo', 'fairmot-dla34-half.pth');

describe("FairMOT's network", () => {
  let model: ModelProto;
  beforeAll(async () => {
    model = modelFromBytes((await onnxFromCheckpoint(checkpoint, { height: 64, width: 96 })).bytes);
  });

  test('by default: levels 2 to 5 of the backbone', () => {
    const convolutions = graph(model).node.filter(
      ({ opType, name }) => opType === 'Conv' && /^base\.level[2-5]\./.test(name),
    );
    expect(convolutions).toHaveLength(34);
    expect(quantizedLayers(graph(model))).toEqual(convolutions.map(({ name }) => name));
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

  test('the values to observe are each there once', () => {
    const values = valuesToObserve(model, quantizedLayers(graph(model), { quantize: ['hm.0'] }));
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
