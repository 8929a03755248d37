import { TensorProto_DataType as DataType, type NodeProto, nodeFrom } from '@trt-fairmot/onnx-export';
import { attributeOf } from '../graph/attributes.js';
import type { GraphIndex } from '../graph/graph-index.js';
import { updated } from '../graph/updated.js';
import { isPluginNode } from './plugin-node.js';

/** The newest operator set that {@link nodeInOpset17} was checked against. */
export const newestKnownOpset = 24;

/** A node of a later opset as one of opset 17 with the same meaning, or why there is none. */
type Lowering = (node: NodeProto, index: GraphIndex) => NodeProto | string;

const same: Lowering = (node) => node;
const sameWithout =
  (...names: readonly string[]): Lowering =>
  (node) => {
    const found = names.find((name) => attributeOf(node, name) !== null);
    return found ? `has the attribute ${found}` : node;
  };

/** Scales were float32 alone until opset 19. */
const withFloatScale =
  (...names: readonly string[]): Lowering =>
  (node, index) => {
    const scale = index.constant(node.input[1] ?? '');
    return scale?.dataType === DataType.FLOAT
      ? sameWithout(...names)(node, index)
      : 'has a scale that is no float32 constant';
  };

/** Reductions took their axes as an attribute until opset 18. */
const axesAsAttribute: Lowering = (node, index) => {
  const [input, axes] = node.input;
  if (!input || !axes) return node;
  const ints = index.ints(axes);
  if (!ints) return 'computes its axes';
  const { attribute } = nodeFrom({ op: '', name: '', inputs: [], outputs: [], attributes: { axes: ints } });
  return updated(node, { input: [input], attribute: [...node.attribute, ...attribute] });
};

// For tensors of float32, float16, int64 and bool; the later versions of most of these only added element types.
const unchanged = `
  Conv ConvTranspose MaxPool GlobalAveragePool BatchNormalization Gemm MatMul LpNormalization ReduceSum
  Abs Add And Clip Div Equal Exp Floor Greater GreaterOrEqual LeakyRelu Less LessOrEqual Max Min Mod Mul Neg Not Or Pow
  Reciprocal Relu Sigmoid Softmax Sqrt Sub Tanh Where
  Concat Constant ConstantOfShape DepthToSpace Expand Flatten Gather GatherElements GatherND Identity Range Reshape Shape
  Size Slice Squeeze Tile TopK Transpose Unsqueeze`;

const lowerings: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(
    unchanged
      .trim()
      .split(/\s+/)
      .map((op) => [op, same]),
  ),
  AveragePool: sameWithout('dilations'),
  Cast: sameWithout('saturate', 'round_mode'),
  QuantizeLinear: withFloatScale('saturate', 'block_size', 'output_dtype', 'precision'),
  DequantizeLinear: withFloatScale('block_size', 'output_dtype'),
  Resize: sameWithout('antialias', 'axes', 'keep_aspect_ratio_policy'),
  Split: sameWithout('num_outputs'),
  Pad: (node) => (node.input.length > 3 ? 'has an axes input' : node),
  ...Object.fromEntries(['ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceMin'].map((op) => [op, axesAsAttribute])),
  DeformConv: () => 'began with opset 19',
};

/** A node of the default domain, opset 18 to 24, in opset 17, or the predicate of a sentence on why it has no place there. */
export function nodeInOpset17(node: NodeProto, index: GraphIndex): NodeProto | string {
  if (isPluginNode(node)) return node;
  return lowerings[node.opType]?.(node, index) ?? 'is not in the list of operators that opset 17 shares';
}
