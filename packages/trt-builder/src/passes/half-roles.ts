import { TensorProto_DataType as DataType, type NodeProto } from '@trt-fairmot/onnx-export';
import { attributeOf } from '../graph/attributes.js';
import { isDeformable } from '../graph/deformable-convolution.js';
import { type FloatType, isFloatType } from '../graph/float-type.js';
import { pluginOp, quantizedRootOp, rootOp, staysFloat, stemOp, upsampleAddOp } from './plugin-node.js';

/** Type of a computed value; 'other' for integers and bools. */
export type ValueType = FloatType | 'other';

const heavy = new Set([
  'Conv',
  'ConvTranspose',
  'DequantizeLinear',
  'Gemm',
  'MatMul',
  pluginOp,
  quantizedRootOp,
  rootOp,
  stemOp,
  upsampleAddOp,
]);
const wideRange = new Set([
  'Exp',
  'Log',
  'LpNormalization',
  'Pow',
  'ReduceL2',
  'ReduceSumSquare',
  'Sigmoid',
  'Softmax',
  'Sqrt',
  'Tanh',
]);
const anyFloat = new Set(['Cast', 'Shape', 'Size']);
const integerOrBool = new Set([
  'ArgMax',
  'ArgMin',
  'NonZero',
  'Shape',
  'Size',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
]);

/**
 * The float type a node computes in: convolutions and products in float16; what needs range or resolution (sigmoid,
 * norms) in float32; the rest in float32 if one of its computed inputs is, else in float16. Null where the node takes any.
 */
export function computeType(node: NodeProto, inputs: readonly ValueType[]): FloatType | null {
  if (anyFloat.has(node.opType)) return null;
  if (heavy.has(node.opType) || isDeformable(node)) return 'float16';
  if (wideRange.has(node.opType)) return 'float32';
  const floats = inputs.filter((type) => type !== 'other');
  if (floats.length === 0) return 'float32';
  return floats.includes('float32') ? 'float32' : 'float16';
}

/** Positions of inputs whose float type ONNX fixes (scales and regions of Resize), or a plugin. */
export function hasFixedType(node: NodeProto, position: number): boolean {
  return (node.opType === 'Resize' && position > 0) || staysFloat(node, position);
}

/** Type of a node's output at a position, given what it computes in and the types of its inputs. */
export function outputType(
  node: NodeProto,
  position: number,
  compute: FloatType | null,
  inputs: readonly ValueType[],
): ValueType {
  if (integerOrBool.has(node.opType) || (node.opType === 'TopK' && position === 1)) return 'other';
  if (node.opType === 'Cast') return typeOf(Number(attributeOf(node, 'to')?.i ?? 0n));
  if (node.opType === 'Constant' || node.opType === 'ConstantOfShape') {
    const tensor = attributeOf(node, 'value')?.t;
    return tensor || node.opType === 'Constant' ? typeOf(tensor?.dataType ?? DataType.INT64) : 'float32';
  }
  if (node.opType === 'QuantizeLinear' || node.opType === quantizedRootOp) return 'other';
  if (node.opType === 'DequantizeLinear') return compute ?? 'float32';
  const data = node.opType === 'Where' ? inputs[1] : inputs[0];
  return data === 'other' ? 'other' : (compute ?? 'float32');
}

function typeOf(dataType: number): ValueType {
  if (!isFloatType(dataType)) return 'other';
  return dataType === DataType.FLOAT16 ? 'float16' : 'float32';
}
