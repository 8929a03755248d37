import type { NodeProto } from '@trt-fairmot/onnx-export';
import { isDeformable } from '../graph/deformable-convolution.js';

/** Operator type of our plugin's node: its creator's name in TensorRT's plugin registry. */
export const pluginOp = 'FairmotDCNv2';

/** Operator type of our plugin that decodes the heat map and evaluates the other heads at its peaks. */
export const peakHeadsOp = 'FairmotPeakHeads';

/** Operator type of our plugin that computes the heat map's head in one kernel. */
export const heatMapOp = 'FairmotHeatMap';

const pluginOps = new Set([pluginOp, peakHeadsOp, heatMapOp]);

/** Whether a plugin node's weights were written in the types that its kernels read. */
export function hasOwnTypes({ opType }: NodeProto): boolean {
  return opType === peakHeadsOp || opType === heatMapOp;
}

/** Whether a node is one that TensorRT runs through a plugin, unknown to every operator set. */
export function isPluginNode(node: NodeProto): boolean {
  return pluginOps.has(node.opType) || (isDeformable(node) && node.opType !== 'DeformConv');
}
