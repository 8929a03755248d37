import { FairmotError } from '../error.js';
import type { GraphBuilder, TensorSource } from './graph-builder.js';
import { broadcastShape, type Dimension, fixedDimension, type Value } from './value.js';

/** Weights of a convolution: `weight` [out, in / groups, kernel, kernel], `bias` [out]. */
export interface ConvolutionWeights {
  readonly weight: TensorSource;
  readonly bias?: TensorSource;
}

/** How the kernel of a square convolution moves. */
export interface ConvolutionOptions {
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
  /** Name of the result, where it is not the node's. */
  readonly output?: string;
}

/** Convolution of x [N, C, H, W]. */
export function conv(
  graph: GraphBuilder,
  name: string,
  x: Value,
  weights: ConvolutionWeights,
  { stride = 1, padding = 0, groups = 1, output }: ConvolutionOptions = {},
): Value {
  const [outChannels, inChannels, kernel] = kernelOf(name, weights.weight);
  requireChannels(name, x, inChannels * groups);
  const size = (axis: number) => Math.floor((fixedDimension(x, axis) + 2 * padding - kernel) / stride) + 1;
  return graph.node({
    op: 'Conv',
    name,
    inputs: [x, ...convolutionInitializers(graph, name, weights)],
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
      group: groups,
    },
    type: x.type,
    shape: [batchOf(x), outChannels, size(2), size(3)],
    ...(output ? { output } : {}),
  });
}

/** Transposed convolution of x [N, C, H, W], weight [C, out / groups, kernel, kernel]. */
export function convTranspose(
  graph: GraphBuilder,
  name: string,
  x: Value,
  weights: ConvolutionWeights,
  { stride = 1, padding = 0, groups = 1 }: ConvolutionOptions = {},
): Value {
  const [inChannels, outPerGroup, kernel] = kernelOf(name, weights.weight);
  requireChannels(name, x, inChannels);
  const size = (axis: number) => (fixedDimension(x, axis) - 1) * stride - 2 * padding + kernel;
  return graph.node({
    op: 'ConvTranspose',
    name,
    inputs: [x, ...convolutionInitializers(graph, name, weights)],
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
      group: groups,
    },
    type: x.type,
    shape: [batchOf(x), outPerGroup * groups, size(2), size(3)],
  });
}

/** The node kinds that modulated deformable convolution can be written as. */
export type DeformConvForm = 'deform-conv' | 'dcnv2';

/**
 * Modulated deformable 3x3 convolution (DCNv2) of x [N, C, H, W], stride 1, padding 1, one offset group;
 * offset [N, 18, H, W] holds (dy, dx) per tap in row-major order, mask [N, 9, H, W] is after the sigmoid.
 * Written as ONNX's `DeformConv` (opset 19), or as the custom node `DCNv2` for TensorRT plugins.
 */
export function deformConv(
  graph: GraphBuilder,
  name: string,
  inputs: { readonly x: Value; readonly offset: Value; readonly mask: Value },
  weights: Required<ConvolutionWeights>,
  form: DeformConvForm,
): Value {
  const { x, offset, mask } = inputs;
  const [outChannels, inChannels, kernel] = kernelOf(name, weights.weight);
  requireChannels(name, x, inChannels);
  requireChannels(name, offset, 2 * kernel * kernel);
  requireChannels(name, mask, kernel * kernel);
  const [weight, bias] = convolutionInitializers(graph, name, weights) as [Value, Value];
  const padding = (kernel - 1) / 2;
  const result = { name, type: x.type, shape: [batchOf(x), outChannels, ...x.shape.slice(2)] };
  if (form === 'dcnv2') {
    const attributes = { stride: 1, padding, dilation: 1, groups: 1, deformable_group: 1 };
    return graph.node({ ...result, op: 'DCNv2', inputs: [x, offset, mask, weight, bias], attributes });
  }
  return graph.node({
    ...result,
    op: 'DeformConv',
    inputs: [x, weight, offset, bias, mask],
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [1, 1],
      pads: [padding, padding, padding, padding],
      dilations: [1, 1],
      group: 1,
      offset_group: 1,
    },
  });
}

/** Maximum over square windows of x [N, C, H, W]. */
export function maxPool(
  graph: GraphBuilder,
  name: string,
  x: Value,
  { kernel, stride, padding = 0 }: { readonly kernel: number; readonly stride: number; readonly padding?: number },
): Value {
  const size = (axis: number) => Math.floor((fixedDimension(x, axis) + 2 * padding - kernel) / stride) + 1;
  return graph.node({
    op: 'MaxPool',
    name,
    inputs: [x],
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
    },
    type: x.type,
    shape: [batchOf(x), x.shape[1] ?? 1, size(2), size(3)],
  });
}

/** max(x, 0). */
export function relu(graph: GraphBuilder, name: string, x: Value): Value {
  return graph.node({ op: 'Relu', name, inputs: [x], type: x.type, shape: x.shape });
}

/** 1 / (1 + exp(-x)). */
export function sigmoid(graph: GraphBuilder, name: string, x: Value): Value {
  return graph.node({ op: 'Sigmoid', name, inputs: [x], type: x.type, shape: x.shape });
}

/** The square root of each number. */
export function squareRoot(graph: GraphBuilder, name: string, x: Value): Value {
  return graph.node({ op: 'Sqrt', name, inputs: [x], type: x.type, shape: x.shape });
}

/** Element-wise operators that take two values of one type. */
export type BinaryOperator = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Max' | 'Min';

/** An element-wise operation with broadcasting. */
export function binary(graph: GraphBuilder, op: BinaryOperator, name: string, a: Value, b: Value): Value {
  requireSameType(name, a, b);
  return graph.node({ op, name, inputs: [a, b], type: a.type, shape: broadcastShape(a, b) });
}

/** a + b with broadcasting. */
export function add(graph: GraphBuilder, name: string, a: Value, b: Value): Value {
  return binary(graph, 'Add', name, a, b);
}

function convolutionInitializers(graph: GraphBuilder, name: string, { weight, bias }: ConvolutionWeights): Value[] {
  const initializers = [graph.weight(`${name}.weight`, weight)];
  if (bias) initializers.push(graph.weight(`${name}.bias`, bias));
  return initializers;
}

function kernelOf(name: string, { shape }: TensorSource): [number, number, number] {
  const [first, second, height, width] = shape;
  if (shape.length !== 4 || height !== width || !first || !second || !height) {
    throw new FairmotError(`Expected a square kernel [a, b, k, k] for ${name} but received [${shape}]`);
  }
  return [first, second, height];
}

function requireChannels(name: string, x: Value, channels: number): void {
  if (x.shape[1] !== channels) {
    throw new FairmotError(`Expected ${channels} channels into ${name} but received ${x.name} [${x.shape}]`);
  }
}

function requireSameType(name: string, a: Value, b: Value): void {
  if (a.type !== b.type) {
    throw new FairmotError(`Expected one element type in ${name} but received ${a.type} and ${b.type}`);
  }
}

function batchOf(x: Value): Dimension {
  return x.shape[0] ?? 1;
}
