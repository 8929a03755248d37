import { FairmotError } from '../error.js';

/** Index of the first NaN or infinity, or -1. */
export function nonFiniteIndex(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

/**
 * Refuses a tensor with NaN or infinity in it, as a diverged training leaves behind.
 *
 * @param name the tensor's key
 * @param values its elements in row-major order
 * @throws FairmotError of kind `input` naming the tensor and the element
 */
export function expectFinite(name: string, values: Float32Array): void {
  const index = nonFiniteIndex(values);
  if (index < 0) return;
  throw new FairmotError(
    `Expected finite numbers but received ${values[index]} at element ${index} of tensor ${name}`,
    {
      hint: 'the training diverged: use an earlier checkpoint',
    },
  );
}
