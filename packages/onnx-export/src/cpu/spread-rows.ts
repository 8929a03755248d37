import { nodeFrom } from '../codec/node.js';
import { floatsFromTensor, tensorFromFloats, tensorFromInts } from '../codec/tensor.js';
import type { GraphProto, NodeProto } from '../gen/onnx_pb.js';
import { initializersOf, replaceNode, setInitializer } from '../graph/graph-edit.js';
import { type KnownShape, shapesFromGraph } from '../graph/macs.js';
import { groupsOf, type PlainConvolution, plainConvolutionFrom } from './plain-convolution.js';

interface Upsampling extends PlainConvolution {
  readonly height: number;
  readonly width: number;
}

/**
 * Replaces each depthwise `ConvTranspose` with a kernel of 2 f, stride f and padding f / 2 (f even) by depthwise convolutions.
 *
 * ONNX Runtime computes it channel after channel on one thread. Here a product with a constant matrix puts f - 1 zeros between
 * the columns (of ones and zeros: exact for finite numbers); a convolution for each of the f output rows an input row has, of 2
 * rows and 2 f columns, does the rest, and the rows are joined side by side.
 *
 * @returns how many nodes were replaced; others, and all of float16, stay as they are
 */
export function spreadRows(graph: GraphProto): number {
  const shapes = shapesFromGraph(graph);
  let replaced = 0;
  for (const node of [...graph.node]) {
    const up = upsamplingOf(graph, node, shapes);
    if (!up) continue;
    replaceNode(graph, node, convolutionsFor(graph, node, up));
    replaced += 1;
  }
  return replaced;
}

/** Null for nodes of another kind. */
function upsamplingOf(graph: GraphProto, node: NodeProto, shapes: ReadonlyMap<string, KnownShape>): Upsampling | null {
  if (node.opType !== 'ConvTranspose') return null;
  const conv = plainConvolutionFrom(initializersOf(graph), node, (_, stride) => stride / 2);
  const [channels, perGroup] = conv?.channels ?? [];
  if (!conv || perGroup !== 1 || groupsOf(node) !== channels) return null;
  const [, , height, width] = shapes.get(node.input[0] ?? '') ?? [];
  if (conv.stride % 2 !== 0 || conv.kernel !== 2 * conv.stride) return null;
  return typeof height === 'number' && typeof width === 'number' ? { ...conv, height, width } : null;
}

function convolutionsFor(graph: GraphProto, node: NodeProto, up: Upsampling): NodeProto[] {
  const { stride, width, height, channels } = up;
  const name = node.name || (node.output[0] as string);
  const [x = '', , bias] = node.input;
  const spread = `zeros_between_columns_${width}x${stride}`;
  const matrix = new Float32Array(width * width * stride);
  for (let column = 0; column < width; column++) matrix[column * width * stride + column * stride] = 1;
  setInitializer(graph, tensorFromFloats(spread, [width, width * stride], matrix));
  const wide = `${name}.wide`;
  const nodes = [nodeFrom({ op: 'MatMul', name: wide, inputs: [x, spread], outputs: [wide] })];
  const rows = Array.from({ length: stride }, (_, row) => `${name}.row_${row}`);
  for (const [row, output] of rows.entries()) {
    setInitializer(graph, weightOfRow(`${output}.weight`, up, row));
    const inputs = [wide, `${output}.weight`, ...(bias ? [bias] : [])];
    const attributes = { ...windowOfRow(up, row), group: channels[0] };
    nodes.push(nodeFrom({ op: 'Conv', name: output, inputs, outputs: [output], attributes }));
  }
  const joined = `${name}.rows`;
  nodes.push(nodeFrom({ op: 'Concat', name: joined, inputs: rows, outputs: [joined], attributes: { axis: 3 } }));
  const shape = `${name}.shape`;
  setInitializer(graph, tensorFromInts(shape, [4], [0, channels[0], height * stride, width * stride]));
  return [...nodes, nodeFrom({ op: 'Reshape', name, inputs: [joined, shape], outputs: [...node.output] })];
}

/**
 * Output row f i + p gathers input row i + d by the kernel's row f / 2 + p - f d: d is -1 and 0 for the upper half of the rows, else
 * 0 and 1. Zeros between columns make every output column one kernel, turned around.
 */
function windowOfRow({ stride, kernel }: Upsampling, row: number) {
  const above = upperRow(stride, row);
  return {
    kernel_shape: [2, kernel],
    strides: [1, 1],
    pads: [above, kernel - 1 - stride / 2, 1 - above, stride / 2],
  };
}

/** Rows above its own that an output row reads: 1 or 0. */
function upperRow(stride: number, row: number): number {
  return row < stride / 2 ? 1 : 0;
}

function weightOfRow(name: string, { weight, channels, kernel, stride }: Upsampling, row: number) {
  const numbers = floatsFromTensor(weight);
  const above = upperRow(stride, row);
  const values = Float32Array.from({ length: channels[0] * 2 * kernel }, (_, index) => {
    const column = kernel - 1 - (index % kernel);
    const moved = (Math.floor(index / kernel) % 2) - above;
    const channel = Math.floor(index / kernel / 2);
    return numbers[(channel * kernel + stride / 2 + row - stride * moved) * kernel + column] ?? 0;
  });
  return tensorFromFloats(name, [channels[0], 1, 2, kernel], values);
}
