/** Most outputs that weights in fragments hold. */
export const largestFragmentOutputs = 128;

/** Weights in the order of the tensor cores' fragments. */
export interface FragmentWeights {
  /** [9, inputs / C, P / 8, C / 32, 32, 8] */
  readonly shape: number[];
  readonly data: Float32Array;
}

/**
 * Weights of a 3x3 convolution as the fused deformable kernel reads them (WeightLayout::kFRAGMENTS in
 * plugins/dcnv2/kernel/dcnv2.h): C is 64 where it divides the inputs, else 32; P is 32, 64 or 128, the first that holds the
 * outputs. Element [tap, chunk, block, v, lane, i] is the weight of output `block * 8 + lane / 4` and input
 * `chunk * C + v * 32 + lane % 4 * 8 + i`, and 0 where there is no such output.
 *
 * @param dims of the weights: [outputs, inputs, 3, 3] for OIHW, [outputs, 3, 3, inputs] for OHWI; inputs a multiple of 32
 * @example
 * fragmentsFromWeights(new Float32Array(27 * 64 * 9), [27, 64, 3, 3], 'OIHW').shape; // [9, 1, 4, 2, 32, 8]
 */
export function fragmentsFromWeights(
  weights: Float32Array,
  dims: readonly number[],
  layout: 'OIHW' | 'OHWI',
): FragmentWeights {
  const outputs = dims[0] as number;
  const inputs = dims[layout === 'OIHW' ? 1 : 3] as number;
  const chunk = inputs % 64 === 0 ? 64 : 32;
  const padded = [32, 64, largestFragmentOutputs].find((size) => outputs <= size) as number;
  const data = new Float32Array(9 * inputs * padded);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const block = Math.floor(input / chunk) * (padded / 8) + (output >> 3);
      const vector = block * (chunk / 32) + ((input % chunk) >> 5);
      const within = (vector * 32 + (output % 8) * 4 + ((input % 32) >> 3)) * 8 + (input % 8);
      for (let tap = 0; tap < 9; tap++) {
        const from = layout === 'OIHW' ? (output * inputs + input) * 9 + tap : (output * 9 + tap) * inputs + input;
        data[tap * inputs * padded + within] = weights[from] as number;
      }
    }
  }
  return { shape: [9, inputs / chunk, padded / 8, chunk / 32, 32, 8], data };
}
