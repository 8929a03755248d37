import { floatsFromTensor, intOfAttribute, type NodeProto, type TensorProto } from '@trt-fairmot/onnx-export';
import type { GraphIndex } from './graph-index.js';
import { hasWindow } from './window.js';

/** A convolution whose weights are given as numbers. */
export interface ConstantConvolution {
  readonly input: string;
  /** [outputs, inputs, kernel height, kernel width] */
  readonly weight: TensorProto;
  readonly bias: TensorProto | null;
}

/**
 * A convolution of one group with a square kernel, padded by half of it.
 *
 * @returns null where the node is another
 */
export function constantConvolutionFrom(
  index: GraphIndex,
  node: NodeProto | null,
  kernel: number,
  stride = 1,
): ConstantConvolution | null {
  if (node?.opType !== 'Conv') return null;
  const [input, weightName, biasName] = node.input as [string, string, string?];
  const weight = index.constant(weightName);
  const bias = biasName ? index.constant(biasName) : null;
  const kernelFits = weight?.dims.length === 4 && weight.dims.slice(2).every((size) => Number(size) === kernel);
  const plain = hasWindow(node, stride, (kernel - 1) / 2) && intOfAttribute(node, 'group', 1) === 1;
  if (!weight || !kernelFits || !plain || (biasName && !bias)) return null;
  return { input, weight, bias };
}

/** The bias of a convolution, zeros where it has none. */
export function biasOf({ weight, bias }: Omit<ConstantConvolution, 'input'>): Float32Array {
  return bias ? floatsFromTensor(bias) : new Float32Array(Number(weight.dims[0]));
}
