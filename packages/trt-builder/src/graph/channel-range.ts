import { intOfAttribute, intsOfAttribute, type NodeProto } from '@trt-fairmot/onnx-export';
import type { GraphIndex } from './graph-index.js';
import { knownIntegers } from './known-integers.js';

/** Channels [begin, end) of a value. */
export interface ChannelRange {
  readonly value: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * Which channels of which value a value is, seen through Slice, Split, Concat and Identity on the channel axis
 * (`torch.chunk` and `torch.cat` in an exported graph). Null where the number of channels is unknown.
 */
export function channelRange(index: GraphIndex, value: string): ChannelRange | null {
  const node = index.producer(value);
  if (node?.opType === 'Identity') return channelRange(index, node.input[0] as string);
  if (node?.opType === 'Slice') return rangeOfSlice(index, node) ?? whole(index, value);
  if (node?.opType === 'Split') return rangeOfSplit(index, node, value) ?? whole(index, value);
  if (node?.opType === 'Concat') return rangeOfConcat(index, node) ?? whole(index, value);
  return whole(index, value);
}

function whole(index: GraphIndex, value: string): ChannelRange | null {
  const channels = index.channels(value);
  return channels === null ? null : { value, begin: 0, end: channels };
}

function part(source: ChannelRange | null, begin: number, end: number): ChannelRange | null {
  return source && { value: source.value, begin: source.begin + begin, end: source.begin + end };
}

/** Operands of an operator whose attributes became inputs in a later opset. */
function operand(index: GraphIndex, node: NodeProto, position: number, attribute: string): number[] | null {
  const name = node.input[position];
  if (name) return knownIntegers(index, name);
  const ints = intsOfAttribute(node, attribute, []);
  return ints.length > 0 ? ints : null;
}

function rangeOfSlice(index: GraphIndex, node: NodeProto): ChannelRange | null {
  const source = channelRange(index, node.input[0] as string);
  const starts = operand(index, node, 1, 'starts');
  const ends = operand(index, node, 2, 'ends');
  const axes = operand(index, node, 3, 'axes');
  const steps = node.input[4] ? knownIntegers(index, node.input[4]) : [1];
  if (!source || starts?.length !== 1 || ends?.length !== 1 || axes?.[0] !== 1 || steps?.[0] !== 1) return null;
  const size = source.end - source.begin;
  const inside = (position: number) => Math.min(Math.max(position < 0 ? position + size : position, 0), size);
  return part(source, inside(starts[0] as number), inside(ends[0] as number));
}

function rangeOfSplit(index: GraphIndex, node: NodeProto, value: string): ChannelRange | null {
  const source = channelRange(index, node.input[0] as string);
  if (!source || intOfAttribute(node, 'axis', 0) !== 1) return null;
  const sizes = operand(index, node, 1, 'split') ?? evenSizes(source.end - source.begin, node.output.length);
  const position = node.output.indexOf(value);
  const begin = sizes.slice(0, position).reduce((sum, size) => sum + size, 0);
  return part(source, begin, begin + (sizes[position] as number));
}

/** Sizes of a Split without any: as even as can be, the last one smaller. */
function evenSizes(channels: number, parts: number): number[] {
  const size = Math.ceil(channels / parts);
  return Array.from({ length: parts }, (_, i) => Math.min(size, channels - i * size));
}

function rangeOfConcat(index: GraphIndex, node: NodeProto): ChannelRange | null {
  if (intOfAttribute(node, 'axis', 0) !== 1) return null;
  const parts = node.input.map((name) => channelRange(index, name));
  const [first] = parts;
  const last = parts.at(-1);
  const together = parts.every((next, i) => {
    const before = parts[i - 1];
    return next && (i === 0 || (before?.value === next.value && before.end === next.begin));
  });
  return together && first && last ? { value: first.value, begin: first.begin, end: last.end } : null;
}
