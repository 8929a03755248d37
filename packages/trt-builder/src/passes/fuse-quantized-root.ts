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
import { quantizedRootOp } from './plugin-node.js';
import { type QuantizedRoot, quantizedRootFrom } from './quantized-root.js';
import { rootChannelProblem } from './root-maps.js';

/**
 * Writes a quantised root of DLA (Concat of 2 to 4 int8 values of one scale, 1x1 Conv with int8 weights, Relu, QuantizeLinear) as
 * one node of our plugin, `FairmotQuantizedRoot`, which reads the int8 maps where they are and gives an int8 one. Inputs: the int8 maps, weights [O, sum of C / 4]
 * (int32, four int8 each), factors [O] (the maps' scale times the channel's), the bias [O] and the scale [1] of the output.
 *
 * A root whose value something takes before its quantisation stays: TensorRT 8.6 refuses a plugin with int8 inputs and other
 * outputs. What fits in all but the channels, which have to be known and multiples of 32, stays, with a note.
 *
 * @example
 * const { model: fused, changed } = fuseQuantizedRoot(quantized); // changed: 5 for FairMOT's DLA-34
 */
export function fuseQuantizedRoot(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const names = new UnusedNames(graph);
  const notes: string[] = [];
  const initializers: TensorProto[] = [];
  const replacements = new Map<NodeProto, NodeProto[]>();
  for (const candidate of graph.node) {
    const root = quantizedRootFrom(index, candidate);
    if (!root) continue;
    const channels = candidate.input.map(
      (name, i) => index.channels(name) ?? channelsBehind(index, root.maps[i] as string),
    );
    const problem = rootChannelProblem(candidate, channels, root.weight, { op: quantizedRootOp, multiple: 32 });
    if (problem) {
      notes.push(`Concat ${candidate.name} ${problem}, so it stays as it is`);
      continue;
    }
    const tensors = tensorsOf(root, names);
    initializers.push(...tensors);
    replacements.set(root.quantize, [pluginNode(root, tensors)]);
  }
  return { model: withReplaced(model, replacements, initializers), changed: replacements.size, notes };
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

function pluginNode({ convolution, maps, quantize }: QuantizedRoot, tensors: readonly TensorProto[]): NodeProto {
  return nodeFrom({
    op: quantizedRootOp,
    name: convolution.name || (quantize.output[0] as string),
    inputs: [...maps, ...tensors.map(({ name }) => name)],
    outputs: [quantize.output[0] as string],
    attributes: { maps: maps.length, outputs: 1 },
  });
}
