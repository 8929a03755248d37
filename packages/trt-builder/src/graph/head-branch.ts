import {
  floatsFromTensor,
  intOfAttribute,
  intsOfAttribute,
  type NodeProto,
  type TensorProto,
} from '@trt-fairmot/onnx-export';
import type { GraphIndex } from './graph-index.js';

/** A convolution whose weights are given as numbers. */
export interface ConstantConvolution {
  readonly input: string;
  /** [outputs, inputs, kernel height, kernel width] */
  readonly weight: TensorProto;
  readonly bias: TensorProto | null;
}

/** A head of FairMOT on the feature map: 3x3 convolution, ReLU, 1x1 convolution. */
export interface HeadBranch {
  readonly features: string;
  readonly first: ConstantConvolution;
  readonly second: ConstantConvolution;
}

/**
 * The head whose result a value is, possibly behind a Cast.
 *
 * @returns null where the nodes before the value are others
 */
export function headBranchFrom(index: GraphIndex, value: string): HeadBranch | null {
  const second = constantConvolution(index, producerBehindCasts(index, value), 1);
  const relu = second && index.producer(second.input);
  const first = relu?.opType === 'Relu' ? constantConvolution(index, index.producer(relu.input[0] as string), 3) : null;
  return first && second ? { features: first.input, first, second } : null;
}

/** The bias of a convolution, zeros where it has none. */
export function biasOf({ weight, bias }: ConstantConvolution): Float32Array {
  return bias ? floatsFromTensor(bias) : new Float32Array(Number(weight.dims[0]));
}

function producerBehindCasts(index: GraphIndex, value: string): NodeProto | null {
  const node = index.producer(value);
  const passes = node?.opType === 'Cast' || node?.opType === 'Identity';
  return passes ? producerBehindCasts(index, node.input[0] as string) : node;
}

/** A convolution of one group and stride 1 that keeps the size of its input. */
function constantConvolution(index: GraphIndex, node: NodeProto | null, kernel: number): ConstantConvolution | null {
  if (node?.opType !== 'Conv') return null;
  const [input, weightName, biasName] = node.input as [string, string, string?];
  const weight = index.constant(weightName);
  const bias = biasName ? index.constant(biasName) : null;
  const all = (name: string, value: number) => intsOfAttribute(node, name, [value]).every((size) => size === value);
  const pads = intsOfAttribute(node, 'pads', [0]).every((pad) => pad === (kernel - 1) / 2);
  const kernelFits =
    weight?.dims.length === 4 && Number(weight.dims[2]) === kernel && Number(weight.dims[3]) === kernel;
  const plain = all('strides', 1) && all('dilations', 1) && intOfAttribute(node, 'group', 1) === 1 && pads;
  if (!weight || !kernelFits || !plain || (biasName && !bias)) return null;
  return { input, weight, bias };
}
