// Errors of the native addon as FairmotErrors.
import { FairmotError, type FairmotErrorKind } from '@trt-fairmot/fairmot-postprocess';

/** What went wrong in native code. */
export type NativeErrorCode =
  | 'INVALID_ARGUMENT'
  | 'CLOSED'
  | 'CUDA_ERROR'
  | 'CUDA_OUT_OF_MEMORY'
  | 'CUDA_NO_DEVICE'
  | 'TENSORRT_ABSENT'
  | 'TENSORRT_ERROR'
  | 'PLUGIN_ERROR'
  | 'CANCELLED'
  | 'INTERNAL';

const kinds: Record<NativeErrorCode, FairmotErrorKind> = {
  INVALID_ARGUMENT: 'input',
  CLOSED: 'input',
  CUDA_ERROR: 'environment',
  CUDA_OUT_OF_MEMORY: 'environment',
  CUDA_NO_DEVICE: 'environment',
  TENSORRT_ABSENT: 'environment',
  TENSORRT_ERROR: 'input',
  PLUGIN_ERROR: 'environment',
  CANCELLED: 'input',
  INTERNAL: 'input',
};

/**
 * The code of an error that came from native code, else undefined.
 *
 * @example
 * if (nativeErrorCode(error) === 'CUDA_OUT_OF_MEMORY') await tryFewerSlots();
 */
export function nativeErrorCode(error: unknown): NativeErrorCode | undefined {
  const source = error instanceof FairmotError ? error.cause : error;
  const code = (source as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && Object.hasOwn(kinds, code) ? (code as NativeErrorCode) : undefined;
}

/** A native error as FairmotError; anything else as it is. */
export function fairmotErrorFrom(error: unknown): unknown {
  const code = nativeErrorCode(error);
  if (code === undefined || error instanceof FairmotError) return error;
  const { message, hint } = error as { message: string; hint?: string };
  return new FairmotError(message, { kind: kinds[code], cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** The same object with every function throwing, or rejecting with, FairmotErrors. */
export function withFairmotErrors<T extends object>(native: T): T {
  const wrapped: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(native)) {
    wrapped[name] = typeof value === 'function' ? translated(value as (...args: unknown[]) => unknown) : value;
  }
  return wrapped as T;
}

function translated(call: (...args: unknown[]) => unknown) {
  return (...args: unknown[]): unknown => {
    try {
      const result = call(...args);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw fairmotErrorFrom(error);
      });
    } catch (error) {
      throw fairmotErrorFrom(error);
    }
  };
}
