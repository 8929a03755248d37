/**
 * Weights [outputs, inputs, taps] as [outputs, taps, inputs]: the order in which kernels for channels-last maps read them.
 */
export function channelsLast(weights: Float32Array, inputs: number, taps: number): Float32Array {
  const row = inputs * taps;
  return weights.map((_, i) => {
    const [output, rest] = [Math.floor(i / row), i % row];
    const [tap, input] = [Math.floor(rest / inputs), rest % inputs];
    return weights[output * row + input * taps + tap] as number;
  });
}
