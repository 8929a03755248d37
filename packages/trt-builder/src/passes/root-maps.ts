import { intOfAttribute, type NodeProto, type TensorProto } from '@trt-fairmot/onnx-export';

/** Whether a node joins as many maps along their channels as the plugins for roots take: 2 to 4. */
export function joinsMaps(node: NodeProto): boolean {
  const maps = node.input.length;
  return node.opType === 'Concat' && maps >= 2 && maps <= 4 && intOfAttribute(node, 'axis', 0) === 1;
}

/**
 * What speaks against a plugin for a root: unknown channels, or numbers that do not go together.
 *
 * @param channels of the inputs of the Concat, null where unknown
 * @param weight of the 1x1 Conv, [O, C, 1, 1]
 * @param plugin its operator, and the number that all channels have to be multiples of
 * @returns the rest of a sentence that begins with the Concat; null where nothing does
 */
export function rootChannelProblem(
  concat: NodeProto,
  channels: readonly (number | null)[],
  weight: TensorProto,
  plugin: { readonly op: string; readonly multiple: number },
): string | null {
  const unknown = concat.input.find((_, i) => channels[i] === null);
  if (unknown !== undefined) return `has ${unknown}, a map with an unknown number of channels`;
  const [outChannels, inChannels] = weight.dims.map(Number);
  const sum = channels.reduce<number>((total, count) => total + (count ?? 0), 0);
  if (sum !== inChannels) return `has ${sum} channels before a Conv of ${inChannels}`;
  return [...channels, outChannels].every((count) => Number(count) % plugin.multiple === 0)
    ? null
    : `has ${channels.join(' + ')} channels and gives ${outChannels} (${plugin.op} takes multiples of ${plugin.multiple})`;
}
