import type { GraphBuilder } from '../graph/graph-builder.js';
import { conv, type DeformConvForm, relu } from '../graph/layers.js';
import { fixedDimension, type Value } from '../graph/value.js';
import type { Weights } from './weights.js';

/** What the parts of a network are written with. */
export interface NetworkContext {
  readonly graph: GraphBuilder;
  readonly weights: Weights;
  readonly dcn: DeformConvForm;
}

/** Names and size of a convolution without bias, followed by batch normalisation. */
export interface ConvNorm {
  readonly conv: string;
  readonly norm: string;
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
}

/** Convolution with its batch normalisation folded in, "same" padding at stride 1. */
export function convNorm({ graph, weights }: NetworkContext, x: Value, layer: ConvNorm): Value {
  const shape = [layer.channels, fixedDimension(x, 1), layer.kernel, layer.kernel];
  const folded = weights.convWithNorm(layer.conv, layer.norm, shape);
  return conv(graph, layer.conv, x, folded, { stride: layer.stride ?? 1, padding: (layer.kernel - 1) / 2 });
}

/** {@link convNorm} and ReLU; the result is called `output`. */
export function convNormRelu(context: NetworkContext, x: Value, layer: ConvNorm, output: string): Value {
  return relu(context.graph, output, convNorm(context, x, layer));
}
