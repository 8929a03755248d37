import { intsOfAttribute, nodeFrom } from '../codec/node.js';
import { floatsFromTensor, tensorFromFloats, tensorFromInts } from '../codec/tensor.js';
import { type GraphProto, type NodeProto, TensorProto_DataType } from '../gen/onnx_pb.js';
import { initializersOf, replaceNode, setInitializer } from '../graph/graph-edit.js';
import { type KnownShape, shapesFromGraph } from '../graph/macs.js';
import { biasOfOffsets } from './bias-of-offsets.js';

const taps = 9;
/** Bytes that a strip's samples and sampling plan may take: of 0.5, 1, 2 and 4 MiB best on two threads; small strips wake them too often. */
const stripBytes = 2 << 20;
const mostStrips = 64;

/**
 * Replaces each 3x3 `DeformConv` of stride, padding and dilation 1 by one for each strip of rows, and a `Concat` of their results.
 *
 * ONNX Runtime gathers all samples of an image (9 C numbers and 288 bytes of sampling plan a position) before it multiplies them, and
 * reads the plan once for every channel; of a whole map neither stays in the cache. A strip keeps the whole input, for its offsets
 * may lead anywhere, and its own rows of offsets and masks. Which rows it computes is said by padding and dilation alone: see
 * {@link stripOf}.
 *
 * @returns how many nodes were replaced; others, and all of float16, stay as they are
 */
export function stripDeformConvs(graph: GraphProto): number {
  const shapes = shapesFromGraph(graph);
  let replaced = 0;
  for (const node of [...graph.node]) {
    const size = sizeOf(graph, node, shapes);
    if (!size) continue;
    const rows = rowsOf(size);
    if (rows >= size.height) continue;
    replaceByStrips(graph, node, size.height, rows);
    replaced += 1;
  }
  return replaced;
}

interface MapSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Size of the input of a node that can be taken apart; null for any other node. */
function sizeOf(graph: GraphProto, node: NodeProto, shapes: ReadonlyMap<string, KnownShape>): MapSize | null {
  const [x = '', weight = '', offset = '', , mask = ''] = node.input;
  if (node.opType !== 'DeformConv' || node.domain !== '' || !mask) return null;
  const ones = ['strides', 'dilations', 'pads', 'group', 'offset_group'];
  const plain = ones.every((name) =>
    intsOfAttribute(node, name, [name === 'pads' ? 0 : 1]).every((value) => value === 1),
  );
  const [, , kernelHeight, kernelWidth] = shapes.get(weight) ?? [];
  const floats = initializersOf(graph).get(weight)?.dataType === TensorProto_DataType.FLOAT;
  if (!plain || !floats || kernelHeight !== 3 || kernelWidth !== 3) return null;
  const [, channels, height, width] = shapes.get(x) ?? [];
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number') return null;
  return shapes.get(offset)?.[2] === height ? { channels, height, width } : null;
}

/** Rows of a strip: as many as the cache takes, spread evenly. */
function rowsOf({ channels, height, width }: MapSize): number {
  const bytesOfRow = width * taps * (4 * channels + 32);
  const most = Math.max(1, Math.floor(stripBytes / bytesOfRow), Math.ceil(height / mostStrips));
  return Math.ceil(height / Math.ceil(height / most));
}

function replaceByStrips(graph: GraphProto, node: NodeProto, height: number, rows: number): void {
  const [x = '', weight = '', , bias = '', mask = ''] = node.input;
  const name = node.name || (node.output[0] as string);
  const strips = Array.from({ length: Math.ceil(height / rows) }, (_, i) => ({
    begin: i * rows,
    rows: Math.min(rows, height - i * rows),
  }));
  const dilation = strips.at(-1)?.begin ?? 0;
  const names = (what: string) => strips.map((_, i) => `${name}.${what}_${i}`);
  const sizes = `${name}.strip_rows`;
  const counts = strips.map((strip) => strip.rows);
  setInitializer(graph, tensorFromInts(sizes, [counts.length], counts));
  const moved = movedOffsets(graph, node, dilation);
  const split = (what: string, input: string) =>
    nodeFrom({
      op: 'Split',
      name: `${name}.${what}s`,
      inputs: [input, sizes],
      outputs: names(what),
      attributes: { axis: 2 },
    });
  const parts = strips.map((strip, i) =>
    nodeFrom({
      op: 'DeformConv',
      name: `${name}.strip_${i}`,
      inputs: [x, weight, names('offset')[i] as string, bias, names('mask')[i] as string],
      outputs: [names('strip')[i] as string],
      attributes: stripOf(strip, height, dilation),
    }),
  );
  const joined = nodeFrom({
    op: 'Concat',
    name,
    inputs: names('strip'),
    outputs: [...node.output],
    attributes: { axis: 2 },
  });
  replaceNode(graph, node, [...moved.nodes, split('offset', moved.value), split('mask', mask), ...parts, joined]);
}

/**
 * Attributes that make a `DeformConv` compute a strip of another. Tap row t of output row i reads at i - padding + t dilation + dy;
 * with padding of dilation - begin and offsets moved by (dilation - 1)(1 - t) that is begin + i + t - 1 + dy. The padding below makes
 * the output as high as the strip; neither is negative where dilation is the last strip's begin.
 */
function stripOf(strip: { readonly begin: number; readonly rows: number }, height: number, dilation: number) {
  const above = dilation - strip.begin;
  const below = strip.rows + dilation - height + strip.begin;
  return {
    kernel_shape: [3, 3],
    strides: [1, 1],
    pads: [above, 1, below, 1],
    dilations: [dilation, 1],
    group: 1,
    offset_group: 1,
  };
}

/** Moves dy of the upper and lower taps: in the bias of the convolution that makes the offsets, or with a node of its own. */
function movedOffsets(
  graph: GraphProto,
  node: NodeProto,
  dilation: number,
): { readonly value: string; readonly nodes: readonly NodeProto[] } {
  const offset = node.input[2] as string;
  const moves = Array.from({ length: 2 * taps }, (_, channel) =>
    channel % 2 === 0 ? (dilation - 1) * (1 - Math.floor(channel / 6)) : 0,
  );
  const bias = biasOfOffsets(graph, offset, moves.length);
  if (bias) {
    const sums = floatsFromTensor(bias).map((value, channel) => value + (moves[channel] ?? 0));
    setInitializer(graph, tensorFromFloats(bias.name, [sums.length], sums));
    return { value: offset, nodes: [] };
  }
  const [value, constant] = [`${offset}.moved`, `${offset}.move`];
  setInitializer(graph, tensorFromFloats(constant, [1, moves.length, 1, 1], Float32Array.from(moves)));
  return { value, nodes: [nodeFrom({ op: 'Add', name: value, inputs: [offset, constant], outputs: [value] })] };
}
