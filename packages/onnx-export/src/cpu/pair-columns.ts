import { nodeFrom } from '../codec/node.js';
import { floatsFromTensor, tensorFromFloats } from '../codec/tensor.js';
import type { GraphProto, NodeProto, TensorProto } from '../gen/onnx_pb.js';
import { consumersOf, initializersOf, replaceNode, setInitializer } from '../graph/graph-edit.js';
import { type KnownShape, shapesFromGraph } from '../graph/macs.js';
import { groupsOf, type PlainConvolution, plainConvolutionFrom } from './plain-convolution.js';

/** Columns that a place of a map holds, side by side in its channels. */
interface Columns {
  readonly input: 1 | 2;
  readonly output: 1 | 2;
}

interface Link {
  readonly node: NodeProto;
  /** null for a `Relu`. */
  readonly conv: PlainConvolution | null;
  readonly columns: Columns;
}

/**
 * Writes chains of convolutions of half as many channels as ONNX Runtime computes at once for pairs of columns: [N, 2 C, H, W / 2],
 * even columns' channels before odd ones'. A chain begins with a convolution of stride 1 and ends with one of stride 2.
 *
 * ONNX Runtime fills such convolutions' channels up with zeros, and takes their results apart again for the next one.
 *
 * @param lanes channels computed at once
 * @returns how many chains were rewritten
 */
export function pairColumns(graph: GraphProto, lanes: number): number {
  const shapes = shapesFromGraph(graph);
  let chains = 0;
  for (const node of [...graph.node]) {
    const chain = graph.node.includes(node) ? chainFrom(graph, node, shapes, lanes) : null;
    if (!chain) continue;
    for (const link of chain) replaceNode(graph, link.node, [pairedNode(graph, link)]);
    chains += 1;
  }
  return chains;
}

/** The chain that begins with a node; null where there is none. */
function chainFrom(
  graph: GraphProto,
  first: NodeProto,
  shapes: ReadonlyMap<string, KnownShape>,
  lanes: number,
): Link[] | null {
  const constants = initializersOf(graph);
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.output.map(({ name }) => name));
  const width = shapes.get(first.output[0] ?? '')?.[3];
  if (typeof width !== 'number' || width % 2 !== 0) return null;
  const chain: Link[] = [];
  for (let node: NodeProto | undefined = first; node; ) {
    const conv = convolutionFrom(constants, node);
    const last = conv?.stride === 2;
    const halves = conv?.stride === 1 && 2 * conv.channels[0] === lanes;
    if (!halves && (chain.length === 0 || !(last || node.opType === 'Relu'))) return null;
    chain.push({ node, conv, columns: { input: chain.length === 0 ? 1 : 2, output: last ? 1 : 2 } });
    if (last) return chain;
    const readers: readonly NodeProto[] = consumers.get(node.output[0] ?? '') ?? [];
    node = readers.length === 1 && !outputs.has(node.output[0] ?? '') ? readers[0] : undefined;
  }
  return null;
}

function convolutionFrom(constants: ReadonlyMap<string, TensorProto>, node: NodeProto): PlainConvolution | null {
  if (node.opType !== 'Conv' || groupsOf(node) !== 1 || constants.has(node.input[0] ?? '')) return null;
  const conv = plainConvolutionFrom(constants, node, (kernel) => (kernel - 1) / 2);
  return conv && conv.kernel % 2 === 1 ? conv : null;
}

function pairedNode(graph: GraphProto, { node, conv, columns }: Link): NodeProto {
  const [input = '', weight = '', bias] = node.input;
  const paired = (name: string, count: number) => (count === 2 ? `${name}.pairs` : name);
  const [from, output] = [paired(input, columns.input), paired(node.output[0] ?? '', columns.output)];
  if (!conv) return nodeFrom({ op: 'Relu', name: node.name, inputs: [from], outputs: [output] });
  const padding = (conv.kernel - 1) / 2;
  const { first, last } = reach(padding, columns);
  const step = 2 / columns.input;
  setInitializer(graph, pairedWeight(`${weight}.pairs`, conv, columns));
  const tensor = bias ? initializersOf(graph).get(bias) : undefined;
  if (tensor && columns.output === 2) setInitializer(graph, twice(paired(tensor.name, 2), tensor));
  return nodeFrom({
    op: 'Conv',
    name: node.name,
    inputs: [from, `${weight}.pairs`, ...(bias ? [paired(bias, columns.output)] : [])],
    outputs: [output],
    attributes: {
      kernel_shape: [conv.kernel, last - first + 1],
      strides: [conv.stride, step],
      pads: [padding, -first, padding, last - step + 1],
      group: 1,
    },
  });
}

/** First and last place that the outputs at place 0 read. */
function reach(padding: number, { input, output }: Columns): { readonly first: number; readonly last: number } {
  return { first: Math.floor(-padding / input), last: Math.floor((output - 1 + padding) / input) };
}

/** Tap t of the output's column q reads the input's column q + t - padding, two of them further for each place. */
function pairedWeight(name: string, { weight, channels, kernel }: PlainConvolution, columns: Columns): TensorProto {
  const [outputs, inputs] = channels;
  const padding = (kernel - 1) / 2;
  const { first, last } = reach(padding, columns);
  const shape = [outputs * columns.output, inputs * columns.input, kernel, last - first + 1] as const;
  const values = new Float32Array(shape[0] * shape[1] * shape[2] * shape[3]);
  for (const [index, value] of floatsFromTensor(weight).entries()) {
    const tap = index % kernel;
    const row = Math.floor(index / kernel) % kernel;
    const input = Math.floor(index / kernel ** 2) % inputs;
    const output = Math.floor(index / kernel ** 2 / inputs);
    for (let q = 0; q < columns.output; q++) {
      const column = q + tap - padding;
      const place = Math.floor(column / columns.input);
      const channel = (column - place * columns.input) * inputs + input;
      values[(((q * outputs + output) * shape[1] + channel) * kernel + row) * shape[3] + place - first] = value;
    }
  }
  return tensorFromFloats(name, shape, values);
}

function twice(name: string, tensor: TensorProto): TensorProto {
  const values = floatsFromTensor(tensor);
  return tensorFromFloats(name, [2 * values.length], Float32Array.of(...values, ...values));
}
