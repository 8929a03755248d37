import type { NodeProto } from '@trt-fairmot/onnx-export';
import { isDeformable } from '../graph/deformable-convolution.js';

/** Operator type of our plugin's node: its creator's name in TensorRT's plugin registry. */
export const pluginOp = 'FairmotDCNv2';

/** Operator type of our plugin that decodes the heat map and evaluates the other heads at its peaks. */
export const peakHeadsOp = 'FairmotPeakHeads';

/** Whether a node is one that TensorRT runs through a plugin, unknown to every operator set. */
export function isPluginNode(node: NodeProto): boolean {
  return (
    node.opType === pluginOp || node.opType === peakHeadsOp || (isDeformable(node) && node.opType !== 'DeformConv')
  );
}
