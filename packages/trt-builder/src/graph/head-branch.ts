import type { NodeProto } from '@trt-fairmot/onnx-export';
import { type ConstantConvolution, constantConvolutionFrom } from './constant-convolution.js';
import type { GraphIndex } from './graph-index.js';

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
  const second = constantConvolutionFrom(index, producerBehindCasts(index, value), 1);
  const relu = second && index.producer(second.input);
  const first =
    relu?.opType === 'Relu' ? constantConvolutionFrom(index, index.producer(relu.input[0] as string), 3) : null;
  return first && second ? { features: first.input, first, second } : null;
}

function producerBehindCasts(index: GraphIndex, value: string): NodeProto | null {
  const node = index.producer(value);
  const passes = node?.opType === 'Cast' || node?.opType === 'Identity';
  return passes ? producerBehindCasts(index, node.input[0] as string) : node;
}
