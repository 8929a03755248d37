import { intOfAttribute, type NodeProto } from '@trt-fairmot/onnx-export';
import type { GraphIndex } from './graph-index.js';

/** Integers of a small tensor, row-major; null for each that only a run can tell. */
type PartlyKnown = readonly (number | null)[];

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => Math.trunc(a / b),
};

/**
 * The integers of a value that is constant or follows from known sizes: exporters write `torch.chunk` as slices whose
 * bounds are computed from the shape. Null where one of them is unknown.
 */
export function knownIntegers(index: GraphIndex, value: string): number[] | null {
  const integers = partlyKnown(index, value);
  return integers?.every((integer) => integer !== null) ? [...(integers as number[])] : null;
}

function partlyKnown(index: GraphIndex, value: string): PartlyKnown | null {
  const constant = index.ints(value);
  const node = index.producer(value);
  if (constant || !node) return constant;
  if (node.opType === 'Shape') return shapeOf(index, node.input[0] as string);
  if (['Identity', 'Cast', 'Unsqueeze', 'Squeeze'].includes(node.opType))
    return partlyKnown(index, node.input[0] as string);
  if (node.opType === 'Gather') return gathered(index, node);
  return node.opType in arithmetic ? combined(index, node) : null;
}

/** Of a map [N, C, H, W] whose shape nobody declared, the channels may still be known. */
function shapeOf(index: GraphIndex, value: string): PartlyKnown {
  return index.shape(value) ?? [null, index.channels(value), null, null];
}

function gathered(index: GraphIndex, node: NodeProto): PartlyKnown | null {
  const data = partlyKnown(index, node.input[0] as string);
  const positions = knownIntegers(index, node.input[1] as string);
  if (!data || !positions || intOfAttribute(node, 'axis', 0) !== 0) return null;
  return positions.map((position) => data[position < 0 ? position + data.length : position] ?? null);
}

/** Element by element; one number goes with every one of the other side. */
function combined(index: GraphIndex, node: NodeProto): PartlyKnown | null {
  const [a, b] = node.input.map((name) => partlyKnown(index, name));
  const combine = arithmetic[node.opType];
  if (!a || !b || !combine) return null;
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [left, right] = [a.length === 1 ? a[0] : a[i], b.length === 1 ? b[0] : b[i]];
    return left == null || right == null ? null : combine(left, right);
  });
}
