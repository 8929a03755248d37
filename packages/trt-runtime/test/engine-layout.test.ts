import { describe, expect, test } from 'vitest';
import type { TensorInfo } from '../src/engine.js';
import { layoutFromTensors } from '../src/engine-layout.js';

function tensor(name: string, shape: number[], more: Partial<TensorInfo> = {}): TensorInfo {
  const mode = name === 'input' ? 'input' : 'output';
  const profiles = mode === 'input' ? [{ min: shape, opt: shape, max: shape }] : [];
  return { name, mode, dtype: 'float32', format: 'linear', shape, profiles, ...more };
}

const input = tensor('input', [1, 3, 608, 1088]);
const heads = [
  tensor('hm', [1, 1, 152, 272]),
  tensor('wh', [1, 4, 152, 272]),
  tensor('reg', [1, 2, 152, 272]),
  tensor('id_feature', [1, 128, 152, 272]),
];
const without = (name: string) => heads.filter((head) => head.name !== name);
const decoded = [
  tensor('boxes', [1, 500, 4]),
  tensor('scores', [1, 500]),
  tensor('classes', [1, 500], { dtype: 'int32' }),
  tensor('embeddings', [1, 500, 128]),
];

describe('layoutFromTensors', () => {
  test('finds the heads in planar memory', () => {
    const layout = layoutFromTensors([input, ...heads]);
    expect(layout).toMatchObject({ width: 1088, height: 608, decoded: null, rows: null });
    expect(layout.input).toMatchObject({ name: 'input', channelStride: 608 * 1088, pixelStride: 1 });
    expect(layout.input.imageStride).toBe(3 * 608 * 1088);
    expect(layout.leastBatch).toBe(1);
    expect(layout.heads).toMatchObject({ width: 272, height: 152, scale: 4 });
    expect(layout.heads?.id).toMatchObject({
      channels: 128,
      channelStride: 152 * 272,
      pixelStride: 1,
      dtype: 'float32',
    });
  });

  test('takes channels-last memory with its padding', () => {
    const id = tensor('id_feature', [1, 100, 152, 272], { format: 'hwc8', dtype: 'float16' });
    const hm = tensor('hm', [1, 1, 152, 272], { format: 'hwc8', dtype: 'float16' });
    const layout = layoutFromTensors([input, hm, id, tensor('wh', [1, 4, 152, 272], { format: 'hwc' })]);
    expect(layout.heads?.id).toMatchObject({ dtype: 'float16', channelStride: 1, pixelStride: 104 });
    expect(layout.heads?.hm).toMatchObject({ channelStride: 1, pixelStride: 8, imageStride: 8 * 152 * 272 });
    expect(layout.heads?.wh).toMatchObject({ channelStride: 1, pixelStride: 4 });
    expect(layout.heads?.reg).toBeNull();
  });

  test('finds the outputs of a network that decodes itself', () => {
    const layout = layoutFromTensors([input, ...decoded]);
    expect(layout).toMatchObject({ heads: null, rows: 500, decoded: { embeddingSize: 128, classes64: false } });
  });

  test('takes a dynamic batch that starts at 1, and a dynamic size that is given', () => {
    const range = (batch: number) => ({
      profiles: [{ min: [batch, 3, 320, 576], opt: [8, 3, 320, 576], max: [8, 3, 320, 576] }],
    });
    const free = (name: string, channels: number) => tensor(name, [-1, channels, -1, -1]);
    const open = tensor('input', [-1, 3, -1, -1], range(1));
    const outputs = [free('hm', 1), free('wh', 4)];
    expect(layoutFromTensors([open, ...outputs], { width: 576, height: 320 }).heads).toMatchObject({
      width: 144,
      height: 80,
    });
    expect(() => layoutFromTensors([open, ...outputs])).toThrow(
      /a size for the dynamic input input \[-1x3x-1x-1\] but received none/,
    );
    const batch4 = tensor('input', [-1, 3, 320, 576], range(4));
    expect(() => layoutFromTensors([batch4, ...outputs])).toThrow(/a batch of 1 but received one for 4/);
    expect(layoutFromTensors([batch4, ...outputs], undefined, 0, 6)).toMatchObject({ leastBatch: 4, width: 576 });
    expect(() => layoutFromTensors([batch4, ...outputs], undefined, 0, 9)).toThrow(/batch of 9 .* one for 8 at most/);
  });

  test.each([
    ['no input', heads, /one input but received none/],
    [
      'a grey input',
      [tensor('input', [1, 1, 608, 1088]), ...heads],
      /input \[batch, 3, height, width\] but received input \[1x1x/,
    ],
    ['another batch', [tensor('input', [4, 3, 608, 1088]), ...heads], /a batch of 1 but received one for 4/],
    ['other outputs', [input, tensor('logits', [1, 1000])], /outputs hm, wh, id.* but received logits \[1x1000\]/],
    ['a missing head', [input, ...without('wh')], /heads hm and wh but received hm/],
    [
      'a head of another size',
      [input, ...without('id_feature'), tensor('id_feature', [1, 128, 76, 136])],
      /head id_feature of 152x272 cells but received id_feature/,
    ],
    [
      'a head of 3 sides',
      [input, ...without('wh'), tensor('wh', [1, 3, 152, 272])],
      /head wh .* but received wh \[1x3x/,
    ],
    [
      'int8 input',
      [tensor('input', [1, 3, 608, 1088], { dtype: 'int8' }), ...heads],
      /input to be float32 or float16 but received int8/,
    ],
    [
      'a vector layout',
      [tensor('input', [1, 3, 608, 1088], { format: 'chw4' }), ...heads],
      /hwc8 or hwc16 layout but received chw4/,
    ],
    ['boxes without scores', [input, decoded[0]!], /output scores of rank 2 .* but received boxes/],
  ])('refuses %s', (_, tensors, message) => {
    expect(() => layoutFromTensors(tensors)).toThrow(message);
  });

  test('refuses a size the engine does not have', () => {
    expect(() => layoutFromTensors([input, ...heads], { width: 576, height: 320 })).toThrow(
      /1088x608 but received 576x320/,
    );
  });
});
