import { intOfAttribute, intsOfAttribute } from '../codec/node.js';
import { shapeOfTensor } from '../codec/tensor.js';
import { type NodeProto, type TensorProto, TensorProto_DataType } from '../gen/onnx_pb.js';

/** Weights at hand, and how their square kernel moves. */
export interface PlainConvolution {
  readonly weight: TensorProto;
  /** Numbers along the weights' first two axes. */
  readonly channels: readonly [number, number];
  readonly kernel: number;
  readonly stride: number;
}

/**
 * What a `Conv` or `ConvTranspose` with constant float32 weights does; null where it is none, pads otherwise than `padding`
 * on every side, or is dilated.
 *
 * @param padding from kernel and stride
 */
export function plainConvolutionFrom(
  constants: ReadonlyMap<string, TensorProto>,
  node: NodeProto,
  padding: (kernel: number, stride: number) => number,
): PlainConvolution | null {
  const weight = constants.get(node.input[1] ?? '');
  const bias = node.input[2];
  if (node.domain !== '' || weight?.dataType !== TensorProto_DataType.FLOAT || (bias && !constants.has(bias)))
    return null;
  const [first = 0, second = 0, kernel = 0, width] = shapeOfTensor(weight);
  const stride = intsOfAttribute(node, 'strides', [1])[0] ?? 1;
  const all = (name: string, absent: number, wanted: number) =>
    intsOfAttribute(node, name, [absent]).every((value) => value === wanted);
  const fits = all('strides', 1, stride) && all('dilations', 1, 1) && all('pads', 0, padding(kernel, stride));
  const others = ['auto_pad', 'output_padding', 'output_shape'];
  const plain = fits && kernel === width && !node.attribute.some(({ name }) => others.includes(name));
  return plain ? { weight, channels: [first, second], kernel, stride } : null;
}

/** Groups of a convolution. */
export const groupsOf = (node: NodeProto): number => intOfAttribute(node, 'group', 1);
