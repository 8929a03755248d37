import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { describe, expect, test } from 'vitest';
import { fairmotErrorFrom, nativeErrorCode, withFairmotErrors } from '../src/native-error.js';

const native = (code: string, hint?: string) =>
  Object.assign(new Error('Expected memory but received none'), { code, hint });

describe('errors of native code', () => {
  test('become FairmotErrors that keep message, hint and code', () => {
    const error = fairmotErrorFrom(native('CUDA_OUT_OF_MEMORY', 'close something'));
    expect(error).toBeInstanceOf(FairmotError);
    expect(error).toMatchObject({
      message: 'Expected memory but received none',
      kind: 'environment',
      hint: 'close something',
    });
    expect(nativeErrorCode(error)).toBe('CUDA_OUT_OF_MEMORY');
  });

  test('of wrong use are input errors', () => {
    expect(fairmotErrorFrom(native('INVALID_ARGUMENT'))).toMatchObject({ kind: 'input' });
    expect(fairmotErrorFrom(native('CLOSED'))).toMatchObject({ kind: 'input' });
    expect(fairmotErrorFrom(native('TENSORRT_ABSENT'))).toMatchObject({ kind: 'environment' });
  });

  test('other errors stay what they are', () => {
    const error = native('ENOENT');
    expect(fairmotErrorFrom(error)).toBe(error);
    expect(nativeErrorCode(error)).toBeUndefined();
    expect(nativeErrorCode(undefined)).toBeUndefined();
    expect(nativeErrorCode(new FairmotError('Expected x but received y'))).toBeUndefined();
  });

  test('are translated for functions that throw and for functions that reject', async () => {
    const addon = withFairmotErrors({
      version: '1',
      throws: () => {
        throw native('CLOSED');
      },
      rejects: () => Promise.reject(native('CUDA_ERROR')),
      works: (a: number, b: number) => a + b,
    });
    expect(addon.version).toBe('1');
    expect(addon.works(1, 2)).toBe(3);
    expect(() => addon.throws()).toThrow(FairmotError);
    await expect(addon.rejects()).rejects.toBeInstanceOf(FairmotError);
  });
});
