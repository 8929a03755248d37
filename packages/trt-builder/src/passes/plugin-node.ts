import type { NodeProto } from '@trt-fairmot/onnx-export';
import { isDeformable } from '../graph/deformable-convolution.js';

// Operator types of our plugins' nodes: their creators' names in TensorRT's plugin registry.

/** Deformable convolution (plugins/dcnv2). */
export const pluginOp = 'FairmotDCNv2';

/** FairMOT's first three layers (plugins/stem). */
export const stemOp = 'FairmotStem';

/** Depthwise transposed convolution and the sum behind it (plugins/upsample-add). */
export const upsampleAddOp = 'FairmotUpsampleAdd';

/** Concatenated maps, the 1x1 convolution behind and its ReLU (plugins/root). */
export const rootOp = 'FairmotRoot';

/** The same of int8 maps (plugins/root). */
export const quantizedRootOp = 'FairmotQuantizedRoot';

/** The heat map decoded, and the other heads at its peaks (plugins/peak-heads). */
export const peakHeadsOp = 'FairmotPeakHeads';

/** The heat map's head (plugins/heat-map). */
export const heatMapOp = 'FairmotHeatMap';

/** The operator types of our plugins' nodes. */
export const pluginOps: readonly string[] = [
  pluginOp,
  stemOp,
  upsampleAddOp,
  rootOp,
  quantizedRootOp,
  peakHeadsOp,
  heatMapOp,
];

/** Whether a node is one that TensorRT runs through a plugin, unknown to every operator set. */
export function isPluginNode(node: NodeProto): boolean {
  return pluginOps.includes(node.opType) || (isDeformable(node) && node.opType !== 'DeformConv');
}

/**
 * Whether a plugin takes an input as float32 although it computes in float16: the stem its image and its biases, the roots
 * their biases and scales. The nodes of the heads were written with the types that their kernels read.
 */
export function staysFloat(node: NodeProto, position: number): boolean {
  if (node.opType === peakHeadsOp || node.opType === heatMapOp) return true;
  if (node.opType === quantizedRootOp) return true;
  if (node.opType === rootOp) return position === node.input.length - 1;
  return node.opType === stemOp && position !== 1;
}
