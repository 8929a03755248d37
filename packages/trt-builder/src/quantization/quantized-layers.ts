import { FairmotError, type GraphProto, intOfAttribute, type NodeProto } from '@trt-fairmot/onnx-export';
import { isDeformable } from '../graph/deformable-convolution.js';
import { GraphIndex } from '../graph/graph-index.js';
import { isPluginNode } from '../passes/plugin-node.js';
import { matcherFrom } from './name-pattern.js';

/** Which layers int8 is for. */
export interface LayerSelection {
  /** Patterns of layer names to quantise beside the default ones. */
  readonly quantize?: readonly string[];
  /** Patterns of layer names that stay in floating point; these win. */
  readonly keep?: readonly string[];
}

/**
 * Names of the convolutions to quantise, in graph order. By default all but
 *
 * - the chain of convolutions from the input to the first fork (FairMOT's stem: few channels, the largest maps),
 * - those that compute the offsets and masks of deformable convolutions, where an error moves samples,
 * - those of the heads: the one that gives an output of the network and the one before it. In an fp16 or int8 engine plugins
 *   compute them,
 * - transposed ones.
 *
 * Of FairMOT's DLA-34 these are the convolutions of levels 2 to 5.
 *
 * @throws FairmotError of kind 'usage' for a pattern that matches no layer
 * @example
 * quantizedLayers(graph, { keep: ['base.level5.*'] }); // ['base.level2.project.0', ...]
 */
export function quantizedLayers(graph: GraphProto, { quantize = [], keep = [] }: LayerSelection = {}): string[] {
  const index = new GraphIndex(graph);
  const layers = quantizableNodes(graph, index);
  const left = new Set([...stem(graph, index), ...offsetLayers(graph, index), ...headLayers(graph, index)]);
  const added = matching(layers, quantize, 'quantize');
  const kept = matching(layers, keep, 'keep-fp16');
  const wanted = layers.filter((node) => added.has(node) || (node.opType === 'Conv' && !left.has(node)));
  return wanted.filter((node) => !kept.has(node)).map(layerName);
}

/** What patterns call a node. */
export function layerName(node: NodeProto): string {
  return node.name || (node.output[0] ?? '');
}

/** The nodes of a graph that int8 could be for. */
export function quantizableNodes(graph: GraphProto, index: GraphIndex = new GraphIndex(graph)): NodeProto[] {
  return graph.node.filter((node) => isQuantizable(index, node));
}

/** Convolutions with weights given as numbers; of the transposed ones those of one group or of one for each channel. */
function isQuantizable(index: GraphIndex, node: NodeProto): boolean {
  const weight = node.input[1] ? index.constant(node.input[1]) : null;
  if (!weight || index.constant(node.input[0] as string)) return false;
  if (node.opType !== 'ConvTranspose') return node.opType === 'Conv';
  const group = intOfAttribute(node, 'group', 1);
  return group === 1 || (group === Number(weight.dims[0]) && Number(weight.dims[1]) === 1);
}

function matching(layers: readonly NodeProto[], patterns: readonly string[], flag: string): Set<NodeProto> {
  return new Set(
    patterns.flatMap((pattern) => {
      const found = layers.filter((node) => matcherFrom(pattern)(layerName(node)));
      if (found.length > 0) return found;
      const [first, last] = [layers[0], layers.at(-1)].map((node) => node && layerName(node));
      throw new FairmotError(`Expected --${flag} to match a convolution but received ${pattern}, which matches none`, {
        kind: 'usage',
        hint: first ? `* stands for any text; names go from ${first} to ${last}` : 'the network has no convolution',
      });
    }),
  );
}

/** Convolutions between the input and the first value that goes two ways. */
function stem(graph: GraphProto, index: GraphIndex): NodeProto[] {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const found: NodeProto[] = [];
  let value = graph.input.find(({ name }) => !weights.has(name))?.name;
  while (value !== undefined) {
    const next = index.soleConsumer(value);
    if (!next || !['Conv', 'Relu', 'BatchNormalization'].includes(next.opType)) break;
    if (next.opType === 'Conv') found.push(next);
    value = next.output[0];
  }
  // a network without a fork is all chain: nothing of it is a stem
  return found.length < graph.node.filter(({ opType }) => opType === 'Conv').length ? found : [];
}

/** Convolutions whose output reaches offset or mask of a deformable convolution by way of Slice, Split, Sigmoid and the like. */
function offsetLayers(graph: GraphProto, index: GraphIndex): NodeProto[] {
  const between = new Set(['Slice', 'Split', 'Sigmoid', 'Concat', 'Identity', 'Cast']);
  const before = (value: string): NodeProto[] => {
    const node = index.producer(value);
    if (!node) return [];
    if (node.opType === 'Conv') return [node];
    return between.has(node.opType) ? node.input.flatMap(before) : [];
  };
  const deformable = graph.node.filter((node) => isDeformable(node) || isPluginNode(node));
  return deformable.flatMap((node) => node.input.slice(1).flatMap(before));
}

/** The last convolution before each output, and the one before that where only a ReLU lies between. */
function headLayers(graph: GraphProto, index: GraphIndex): NodeProto[] {
  const outputs = new Set(graph.output.map(({ name }) => name));
  const last = graph.node.filter((node) => {
    if (node.opType !== 'Conv') return false;
    const [value] = node.output as [string];
    const next = index.soleConsumer(value);
    return outputs.has(value) || (next !== null && next.opType === 'Sigmoid' && outputs.has(next.output[0] as string));
  });
  return last.flatMap((node) => [node, ...convolutionBefore(index, node)]);
}

function convolutionBefore(index: GraphIndex, node: NodeProto): NodeProto[] {
  const relu = index.producer(node.input[0] as string);
  if (relu?.opType !== 'Relu' || index.soleConsumer(relu.output[0] as string) !== node) return [];
  const before = index.producer(relu.input[0] as string);
  return before?.opType === 'Conv' && index.soleConsumer(before.output[0] as string) === relu ? [before] : [];
}
