import { describe, expect, test } from 'vitest';
import { buildEngine, nativeOptionsFrom } from '../src/build-engine.js';

describe('nativeOptionsFrom', () => {
  test('float32 without TF32 and without cuBLAS and cuDNN is the default', () => {
    expect(nativeOptionsFrom({})).toMatchObject({
      device: 0,
      fp16: false,
      int8: false,
      tf32: false,
      workspaceMiB: 0,
      optimizationLevel: -1,
      tacticSources: ['edge-mask-convolutions', 'jit-convolutions'],
      profile: {},
      timingCache: null,
    });
    expect(nativeOptionsFrom({ tacticSources: 'default' }).tacticSources).toEqual([]);
  });

  test.each([
    [{ optimizationLevel: 6 }, /optimizationLevel to be a whole number from 0 to 5 but received 6/],
    [{ workspaceMiB: -1 }, /workspaceMiB .* 0 or more but received -1/],
    [{ device: 0.5 }, /device .* but received 0.5/],
  ])('refuses %j', (options, message) => {
    expect(() => nativeOptionsFrom(options)).toThrow(message);
  });

  test('refuses shapes out of order', () => {
    const shapes = (min: number, opt: number, max: number) => ({
      min: [min, 3, 8, 8],
      opt: [opt, 3, 8, 8],
      max: [max, 3, 8, 8],
    });
    expect(nativeOptionsFrom({ profile: { input: shapes(1, 2, 8) } }).profile).toEqual({ input: shapes(1, 2, 8) });
    expect(() => nativeOptionsFrom({ profile: { input: shapes(2, 1, 8) } })).toThrow(
      /input input but received 2x3x8x8, 1x3x8x8/,
    );
    const rank = { ...shapes(1, 2, 8), opt: [2, 3] };
    expect(() => nativeOptionsFrom({ profile: { image: rank } })).toThrow(/input image/);
  });

  test('an empty model is refused before anything is loaded', async () => {
    await expect(buildEngine(new Uint8Array(0))).rejects.toThrow(/bytes of an ONNX model but received none/);
  });
});
