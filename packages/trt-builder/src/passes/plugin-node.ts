import type { NodeProto } from '@trt-fairmot/onnx-export';
import { isDeformable } from '../graph/deformable-convolution.js';

/** Operator type of our plugin's node: its creator's name in TensorRT's plugin registry. */
export const pluginOp = 'FairmotDCNv2';

/** Whether a node is one that TensorRT runs through a plugin, unknown to every operator set. */
export function isPluginNode(node: NodeProto): boolean {
  return node.opType === pluginOp || (isDeformable(node) && node.opType !== 'DeformConv');
}
