import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  int8sFromTensor,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
  tensorFromInt8s,
} from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { graphOf, type PassResult, withReplaced } from './pass.js';
import { isPluginNode, quantizedRootOp, quantizedRootOutputs } from './plugin-node.js';
import { type QuantizedRoot, quantizedRootFrom } from './quantized-root.js';

/**
 * Writes a quantised root of DLA (Concat of 2 to 4 int8 values of one scale, 1x1 Conv with int8 weights, Relu) as one node of
 * our plugin, `FairmotQuantizedRoot`, which reads the int8 maps where they are. Inputs: the int8 maps, weights [O, sum of C / 4]
 * (int32, four int8 each), factors [O] (the maps' scale times the channel's), the bias [O] and the scale [1] of the output.
 *
 * It gives the output quantised, for layers in int8, in half, for plugins and whatever else takes the value without
 * quantisation, or both: `outputs` 1, 2 or 3. Plugins behind QuantizeLinear and DequantizeLinear take the value before them,
 * which costs nothing here. What fits in all but the channels, which have to be known and multiples of 32, stays, with a note.
 *
 * @example
 * const { model: fused, changed } = fuseQuantizedRoot(quantized); // changed: 6 for FairMOT's DLA-34
 */
export function fuseQuantizedRoot(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const names = new UnusedNames(graph);
  const notes: string[] = [];
  const initializers: TensorProto[] = [];
  const replacements = new Map<NodeProto, NodeProto[]>();
  const halves = new Map<string, string>();
  let changed = 0;
  for (const candidate of graph.node) {
    const root = quantizedRootFrom(index, candidate);
    if (!root) continue;
    const problem = channelProblem(index, root);
    if (problem) {
      notes.push(`Concat ${candidate.name} ${problem}, so it stays as it is`);
      continue;
    }
    changed += 1;
    const tensors = tensorsOf(root, names);
    initializers.push(...tensors);
    replacements.set(root.relu, [pluginNode(index, root, tensors)]);
    if (root.quantize) replacements.set(root.quantize, []);
    for (const name of root.dequantized) halves.set(name, root.relu.output[0] as string);
  }
  for (const node of graph.node.filter(takesHalf)) {
    const input = node.input.map((name) => halves.get(name) ?? name);
    if (input.some((name, i) => name !== node.input[i])) replacements.set(node, [updated(node, { input })]);
  }
  return { model: withReplaced(model, replacements, initializers), changed, notes };
}

function takesHalf(node: NodeProto): boolean {
  return isPluginNode(node) && node.opType !== quantizedRootOp;
}

/** What speaks against the plugin; null where nothing does. */
function channelProblem(index: GraphIndex, { concat, maps, weight }: QuantizedRoot): string | null {
  const channels = concat.input.map((name, i) => index.channels(name) ?? channelsBehind(index, maps[i] as string));
  const unknown = concat.input.find((_, i) => channels[i] === null);
  if (unknown !== undefined) return `has ${unknown}, a map with an unknown number of channels`;
  const [outChannels, inChannels] = weight.dims.map(Number);
  const sum = channels.reduce<number>((total, count) => total + (count ?? 0), 0);
  if (sum !== inChannels) return `has ${sum} channels before a Conv of ${inChannels}`;
  const all = [...channels, outChannels];
  return all.every((count) => Number(count) % 32 === 0)
    ? null
    : `has ${channels.join(' + ')} channels and gives ${outChannels} (${quantizedRootOp} takes multiples of 32)`;
}

/** Channels of the value that an int8 map was before it was quantised. */
function channelsBehind(index: GraphIndex, map: string): number | null {
  const node = index.producer(map);
  return node?.opType === 'QuantizeLinear' ? index.channels(node.input[0] as string) : null;
}

function tensorsOf({ weight, scales, bias, step, outputStep }: QuantizedRoot, names: UnusedNames) {
  const [outChannels, inChannels] = weight.dims.map(Number) as [number, number];
  const bytes = int8sFromTensor(weight);
  const named = (part: string) => names.next(`${weight.name}_root${part}`);
  const packed = tensorFromInt8s(named(''), [outChannels, inChannels], bytes);
  return [
    updated(packed, { dims: [outChannels, inChannels / 4].map(BigInt), dataType: DataType.INT32 }),
    tensorFromFloats(
      named('_factors'),
      [outChannels],
      new Float32Array(outChannels).map((_, o) => step * (scales[o] ?? (scales[0] as number))),
    ),
    tensorFromFloats(named('_bias'), [outChannels], bias ? floatsFromTensor(bias) : new Float32Array(outChannels)),
    tensorFromFloats(named('_output_scale'), [1], Float32Array.of(outputStep)),
  ];
}

function pluginNode(index: GraphIndex, root: QuantizedRoot, tensors: readonly TensorProto[]): NodeProto {
  const { convolution, relu, quantize, dequantized } = root;
  const value = relu.output[0] as string;
  const behind = dequantized.flatMap((name) => index.consumers(name));
  const quantized = behind.some((node) => !takesHalf(node)) || dequantized.some((name) => index.isOutput(name));
  const half = [...index.consumers(value), ...behind.filter(takesHalf)].some((node) => node !== quantize);
  const gives = {
    int8: quantize !== null && quantized,
    half: half || index.isOutput(value) || !quantized,
  };
  return nodeFrom({
    op: quantizedRootOp,
    name: convolution.name || value,
    inputs: [...root.maps, ...tensors.map(({ name }) => name)],
    outputs: [...(gives.int8 ? [quantize?.output[0] as string] : []), ...(gives.half ? [value] : [])],
    attributes: { maps: root.maps.length, outputs: quantizedRootOutputs(gives) },
  });
}
