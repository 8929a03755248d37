import { slice } from '../graph/indexing.js';
import { add, conv, convTranspose, deformConv, relu, sigmoid } from '../graph/layers.js';
import { fixedDimension, type Value } from '../graph/value.js';
import type { NetworkContext } from './network.js';

/**
 * Neck of FairMOT (pose_dla_dcn.py, classes DLAUp and IDAUp): the backbone's levels at strides 4 to 32, merged into one
 * feature map at stride 4.
 *
 * @param levels the six outputs of the backbone
 * @returns features [N, width of level 2, H / 4, W / 4]
 */
export function dlaUp(context: NetworkContext, levels: readonly Value[]): Value {
  let merged = levels.slice(2);
  const out = [merged.at(-1) as Value];
  for (let i = 0; i < 3; i++) {
    const begin = merged.length - 2 - i;
    merged = [...merged.slice(0, begin), ...merge(context, `dla_up.ida_${i}`, merged.slice(begin), 2)];
    out.unshift(merged.at(-1) as Value);
  }
  return merge(context, 'ida_up', out.slice(0, 3), 'by-depth').at(-1) as Value;
}

/** Brings each map to the size and width of the first, adding the one before it (class IDAUp). */
function merge(context: NetworkContext, name: string, maps: readonly Value[], scale: 2 | 'by-depth'): Value[] {
  const { graph } = context;
  const merged = [maps[0] as Value];
  const channels = fixedDimension(maps[0] as Value, 1);
  for (const [i, map] of maps.entries()) {
    if (i === 0) continue;
    const factor = scale === 'by-depth' ? 2 ** i : scale;
    const up = upsample(context, `${name}.up_${i}`, deformBlock(context, map, `${name}.proj_${i}`, channels), factor);
    const sum = add(graph, `${name}.add_${i}`, up, merged[i - 1] as Value);
    merged.push(deformBlock(context, sum, `${name}.node_${i}`, channels));
  }
  return merged;
}

/** Depthwise transposed convolution with kernel 2f, stride f; its weights are trained, not bilinear. */
function upsample({ graph, weights }: NetworkContext, name: string, x: Value, factor: number): Value {
  const channels = fixedDimension(x, 1);
  const kernel = weights.conv(name, [channels, 1, 2 * factor, 2 * factor], false);
  return convTranspose(graph, name, x, kernel, { stride: factor, padding: factor / 2, groups: channels });
}

/** DCNv2, batch normalisation (folded) and ReLU (class DeformConv; module order in the state dict: actf.0 is the normalisation). */
function deformBlock({ graph, weights, dcn }: NetworkContext, x: Value, name: string, channels: number): Value {
  const inChannels = fixedDimension(x, 1);
  const offsetMask = weights.conv(`${name}.conv.conv_offset_mask`, [27, inChannels, 3, 3], true);
  const folded = weights.convWithNorm(`${name}.conv`, `${name}.actf.0`, [channels, inChannels, 3, 3], true);
  const both = conv(graph, `${name}.conv.conv_offset_mask`, x, offsetMask, { padding: 1 });
  const offset = slice(graph, `${name}.conv.offset`, both, { axis: 1, begin: 0, end: 18 });
  const logits = slice(graph, `${name}.conv.mask_logits`, both, { axis: 1, begin: 18, end: 27 });
  const mask = sigmoid(graph, `${name}.conv.mask`, logits);
  return relu(graph, name, deformConv(graph, `${name}.conv`, { x, offset, mask }, folded, dcn));
}
