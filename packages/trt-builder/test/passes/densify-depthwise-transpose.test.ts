import {
  floatsFromTensor,
  intOfAttribute,
  type ModelProto,
  nodeFrom,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { densifyDepthwiseTranspose } from '../../src/passes/densify-depthwise-transpose.js';
import { float, graph, modelOf, ops, randomFloats, randomTensor, run } from '../support/models.js';

interface Upsampling {
  readonly channels: number;
  readonly multiplier: number;
  readonly factor: number;
  readonly group?: number;
  readonly bias?: boolean;
}

/** x -> ConvTranspose of kernel 2f, stride f, padding f / 2 -> y, as FairMOT upsamples. */
function upsampling({ channels, multiplier, factor, group = channels, bias = false }: Upsampling): ModelProto {
  const [kernel, outChannels] = [2 * factor, multiplier * group];
  return modelOf({
    nodes: [
      nodeFrom({
        op: 'ConvTranspose',
        name: 'up',
        inputs: ['x', 'weight', ...(bias ? ['bias'] : [])],
        outputs: ['y'],
        attributes: {
          kernel_shape: [kernel, kernel],
          strides: [factor, factor],
          pads: Array(4).fill(factor / 2),
          group,
        },
      }),
    ],
    initializers: [
      randomTensor('weight', [channels, multiplier, kernel, kernel], 1),
      ...(bias ? [randomTensor('bias', [outChannels], 2)] : []),
    ],
    inputs: [float('x', [1, channels, 3, 5])],
    outputs: [float('y', [1, outChannels, 3 * factor, 5 * factor])],
  });
}

describe('densifyDepthwiseTranspose', () => {
  test('equal values for any depthwise upsampling', async () => {
    const layer = fc.record({
      channels: fc.integer({ min: 2, max: 6 }),
      multiplier: fc.integer({ min: 1, max: 3 }),
      factor: fc.constantFrom(2, 4),
      bias: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(layer, async (parameters) => {
        const model = upsampling(parameters);
        const { model: dense, changed } = densifyDepthwiseTranspose(model);
        expect(changed).toBe(1);
        expect(intOfAttribute(graph(dense).node[0] as never, 'group', 1)).toBe(1);
        const feeds = { x: { data: randomFloats(parameters.channels * 15, 7), dims: [1, parameters.channels, 3, 5] } };
        const [expected, received] = [await run(model, feeds), await run(dense, feeds)];
        expect(maxAbsDifference(expected.y as Float32Array, received.y as Float32Array)).toBeLessThan(2e-6);
      }),
      { numRuns: 20 },
    );
  });

  test('the weights lie on the diagonal, bit for bit, and nowhere else', () => {
    const model = upsampling({ channels: 3, multiplier: 1, factor: 2 });
    const depthwise = floatsFromTensor(graph(model).initializer[0] as never);
    const tensor = graph(densifyDepthwiseTranspose(model).model).initializer[0] as never as { dims: bigint[] };
    const dense = floatsFromTensor(tensor as never);
    expect(tensor.dims).toEqual([3n, 3n, 4n, 4n]);
    for (const [i, value] of dense.entries()) {
      const [from, to, tap] = [Math.floor(i / 48), Math.floor(i / 16) % 3, i % 16];
      expect(value).toBe(from === to ? depthwise[from * 16 + tap] : 0);
    }
  });

  test('float16 weights stay float16', () => {
    const model = upsampling({ channels: 2, multiplier: 1, factor: 2 });
    graph(model).initializer[0] = tensorFromFloats('weight', [2, 1, 4, 4], randomFloats(32, 1), 'float16');
    expect(graph(densifyDepthwiseTranspose(model).model).initializer[0]?.dataType).toBe(10);
  });

  test.each([
    ['dense already', { channels: 4, multiplier: 2, factor: 2, group: 1 }],
    ['two channels a group', { channels: 4, multiplier: 2, factor: 2, group: 2 }],
    ['one channel', { channels: 1, multiplier: 1, factor: 2 }],
  ])('leaves a layer as it is: %s', (_, parameters) => {
    const model = upsampling(parameters);
    expect(densifyDepthwiseTranspose(model)).toMatchObject({ changed: 0, notes: [] });
  });

  test('leaves a layer that would grow beyond the limit, and says so', () => {
    const { changed, notes } = densifyDepthwiseTranspose(upsampling({ channels: 1024, multiplier: 1, factor: 2 }));
    expect(changed).toBe(0);
    expect(notes).toEqual(['ConvTranspose up would have 16777216 weights (limit 8388608), so it stays grouped']);
  });

  test('layers that share their weights share the dense ones', () => {
    const first = upsampling({ channels: 2, multiplier: 1, factor: 2 });
    const second = nodeFrom({
      ...{ op: 'ConvTranspose', name: 'up2' },
      inputs: ['x', 'weight'],
      outputs: ['z'],
      attributes: { group: 2 },
    });
    graph(first).node.push(second);
    graph(first).output.push({ ...(graph(first).output[0] as never as object), name: 'z' } as never);
    const { model, changed } = densifyDepthwiseTranspose(first);
    expect(changed).toBe(2);
    expect(graph(model).initializer).toHaveLength(1);
    expect(ops(model)).toEqual(['ConvTranspose', 'ConvTranspose']);
  });
});
