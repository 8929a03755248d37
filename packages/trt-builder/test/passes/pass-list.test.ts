import { describe, expect, test } from 'vitest';
import { isStronglyTyped, passesFor } from '../../src/passes/pass-list.js';

describe('passesFor', () => {
  const always = ['fold-batch-norm', 'fuse-deform-conv', 'densify-depthwise-transpose'];
  const fused = ['fuse-offset-conv', 'fuse-stem', 'fuse-upsample-add', 'fuse-root'];
  const half = ['fold-batch-norm', 'fuse-deform-conv', ...fused, 'densify-depthwise-transpose'];
  // In int8 engines the roots are replaced when they are quantised.
  const int8 = half.filter((name) => name !== 'fuse-root');
  test.each([
    ['8.6.0', 'fp32', [...always, 'lower-opset']],
    ['8.6.1', 'fp16', [...half, 'half-plugin-weights', 'peak-heads', 'heat-map', 'lower-opset']],
    ['10.16.0', 'fp32', always],
    ['10.16.0', 'fp16', [...half, 'half-precision', 'peak-heads', 'heat-map']],
    ['11.1.0', 'fp16', [...half, 'half-precision', 'peak-heads', 'heat-map']],
    [
      '8.6.0',
      'int8',
      [
        ...[...int8, 'quantize', 'fuse-quantized-root', 'float-quantized-weights', 'half-plugin-weights'],
        ...['peak-heads', 'heat-map', 'lower-opset'],
      ],
    ],
    ['11.1.0', 'int8', [...int8, 'quantize', 'fuse-quantized-root', 'half-precision', 'peak-heads', 'heat-map']],
  ] as const)('TensorRT %s, %s', (tensorrt, precision, names) => {
    expect(passesFor({ tensorrt, precision })).toEqual(names);
  });

  test('networks are strongly typed from 10 on', () => {
    expect(['8.6.0', '10.0.0', '11.4.1'].map(isStronglyTyped)).toEqual([false, true, true]);
  });
});
