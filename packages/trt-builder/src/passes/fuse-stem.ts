import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  intOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { biasOf, constantConvolutionFrom } from '../graph/constant-convolution.js';
import { floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { graphOf, type PassResult, withReplaced } from './pass.js';
import { stemOp } from './plugin-node.js';
import {
  packedStemBiases,
  packedStemWeights,
  type StemConvolution,
  type StemConvolutions,
  stemChannels,
} from './stem-weights.js';

/** The three convolutions in order. */
const shapes = [
  { kernel: 7, stride: 1 },
  { kernel: 3, stride: 1 },
  { kernel: 3, stride: 2 },
] as const;

/** Conv, Relu, Conv, Relu, Conv, Relu. */
interface Chain {
  readonly nodes: readonly NodeProto[];
  readonly weights: readonly TensorProto[];
  readonly convolutions: StemConvolutions;
}

/**
 * Writes FairMOT's first three layers (Conv 7x7 of 3 channels, Conv 3x3, Conv 3x3 with stride 2, each with a Relu behind
 * it, and nothing else taking what lies between) as one node of our plugin, `FairmotStem`: inputs input, weights in the
 * order of the plugin's tensor cores, bias. A Cast to float16 before them goes, too, since the plugin takes float32.
 *
 * The plugin gives float16, so this is for fp16 engines.
 *
 * @example
 * const { model: fused, changed } = fuseStem(model); // changed: 1 for FairMOT's DLA-34
 */
export function fuseStem(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const names = new UnusedNames(graph);
  const notes: string[] = [];
  const initializers: TensorProto[] = [];
  const replacements = new Map<NodeProto, NodeProto[]>();
  for (const node of graph.node) {
    const chain = chainFrom(index, node);
    if (!chain) continue;
    const widths = chain.convolutions.map(({ outChannels }) => outChannels);
    if (widths.some((width, i) => width > (stemChannels[i] as number))) {
      notes.push(
        `${node.opType} ${node.name} begins layers of ${widths.join(', ')} channels (limits ${stemChannels.join(', ')}), so they stay apart`,
      );
      continue;
    }
    const tensors = packedTensors(chain, names);
    initializers.push(...tensors);
    for (const absorbed of chain.nodes) replacements.set(absorbed, []);
    replacements.set(chain.nodes.at(-1) as NodeProto, [stemNode(index, chain, tensors)]);
  }
  return { model: withReplaced(model, replacements, initializers), changed: initializers.length / 2, notes };
}

function chainFrom(index: GraphIndex, first: NodeProto): Chain | null {
  const nodes: NodeProto[] = [];
  const weights: TensorProto[] = [];
  const convolutions: StemConvolution[] = [];
  let next: NodeProto | null = first;
  for (const [i, { kernel, stride }] of shapes.entries()) {
    const convolution = constantConvolutionFrom(index, next, kernel, stride);
    if (!next || !convolution) return null;
    const { weight } = convolution;
    const [outChannels = 0, inChannels = 0] = weight.dims.map(Number);
    if (inChannels !== (convolutions.at(-1)?.outChannels ?? 3)) return null;
    const relu = index.soleConsumer(next.output[0] as string);
    if (relu?.opType !== 'Relu') return null;
    nodes.push(next, relu);
    weights.push(weight);
    convolutions.push({ outChannels, inChannels, kernel, weight: floatsFromTensor(weight), bias: biasOf(convolution) });
    next = i < shapes.length - 1 ? index.soleConsumer(relu.output[0] as string) : null;
  }
  return { nodes, weights, convolutions: convolutions as unknown as StemConvolutions };
}

/** Weights in the type that the layers' have, biases always float32. */
function packedTensors({ nodes, weights, convolutions }: Chain, names: UnusedNames): [TensorProto, TensorProto] {
  const name = nodes[0]?.input[1] as string;
  const [packed, biases] = [packedStemWeights(convolutions), packedStemBiases(convolutions)];
  return [
    tensorFromFloats(names.next(`${name}_stem`), [packed.length], packed, floatTypeOf(weights[0] as TensorProto)),
    tensorFromFloats(names.next(`${name}_stem_bias`), [biases.length], biases),
  ];
}

function stemNode(index: GraphIndex, { nodes, convolutions }: Chain, tensors: readonly TensorProto[]): NodeProto {
  const [first, last] = [nodes[0] as NodeProto, nodes.at(-1) as NodeProto];
  const source = first.input[0] as string;
  const cast = index.soleConsumer(source) === first ? index.producer(source) : null;
  const isHalfCast = cast?.opType === 'Cast' && intOfAttribute(cast, 'to', 0) === DataType.FLOAT16;
  return nodeFrom({
    op: stemOp,
    name: first.name || (last.output[0] as string),
    inputs: [isHalfCast ? (cast.input[0] as string) : source, ...tensors.map(({ name }) => name)],
    outputs: [last.output[0] as string],
    attributes: {
      base_channels: convolutions[0].outChannels,
      level0_channels: convolutions[1].outChannels,
      level1_channels: convolutions[2].outChannels,
    },
  });
}
