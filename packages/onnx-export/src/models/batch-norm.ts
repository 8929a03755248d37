import type { TensorSource } from '../graph/graph-builder.js';
import type { ConvolutionWeights } from '../graph/layers.js';
import type { BatchNorm } from './weights.js';

const epsilon = 1e-5;

/**
 * Folds an inference-time batch normalisation into the convolution before it, in float64:
 * W' = W g / sqrt(v + 1e-5), b' = (b - m) g / sqrt(v + 1e-5) + beta.
 */
export function foldedConvolution(convolution: ConvolutionWeights, norm: BatchNorm): Required<ConvolutionWeights> {
  return {
    weight: { shape: convolution.weight.shape, read: () => foldedWeight(convolution.weight, norm) },
    bias: { shape: norm.bias.shape, read: () => foldedBias(convolution.bias, norm) },
  };
}

async function scaleOf(norm: BatchNorm): Promise<Float64Array> {
  const gain = await norm.weight.read();
  const variance = await norm.variance.read();
  return Float64Array.from(gain, (value, channel) => value / Math.sqrt((variance[channel] ?? 0) + epsilon));
}

async function foldedWeight(source: TensorSource, norm: BatchNorm): Promise<Float32Array> {
  const scale = await scaleOf(norm);
  const weight = await source.read();
  const perChannel = weight.length / scale.length;
  const folded = new Float32Array(weight.length);
  for (let channel = 0; channel < scale.length; channel++) {
    const factor = scale[channel] as number;
    const end = (channel + 1) * perChannel;
    for (let i = channel * perChannel; i < end; i++) folded[i] = (weight[i] as number) * factor;
  }
  return folded;
}

async function foldedBias(source: TensorSource | undefined, norm: BatchNorm): Promise<Float32Array> {
  const scale = await scaleOf(norm);
  const mean = await norm.mean.read();
  const shift = await norm.bias.read();
  const bias = source ? await source.read() : null;
  return Float32Array.from(shift, (value, channel) => {
    const centred = (bias?.[channel] ?? 0) - (mean[channel] ?? 0);
    return centred * (scale[channel] ?? 0) + value;
  });
}
