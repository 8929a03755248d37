import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  int8sFromTensor,
  type NodeProto,
} from '@trt-fairmot/onnx-export';
import type { GraphIndex } from './graph-index.js';

/**
 * The step of a value in symmetric int8, of the node that quantises or dequantises it; null for another node, and for one
 * with a zero point or with several scales.
 */
export function int8StepOf(
  index: GraphIndex,
  node: NodeProto | null,
  op: 'QuantizeLinear' | 'DequantizeLinear',
): number | null {
  if (node?.opType !== op) return null;
  const scales = scalesOf(index, node);
  return scales?.length === 1 ? (scales[0] as number) : null;
}

/** The scales of a QuantizeLinear or DequantizeLinear whose zero points are int8 and 0. */
export function scalesOf(index: GraphIndex, node: NodeProto): Float32Array | null {
  const [scale, zero] = node.input.slice(1).map((name) => index.constant(name));
  if (!scale || zero?.dataType !== DataType.INT8) return null;
  return int8sFromTensor(zero).every((value) => value === 0) ? floatsFromTensor(scale) : null;
}
