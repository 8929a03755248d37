import {
  floatsFromTensor,
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
import { rootOp } from './plugin-node.js';
import { joinsMaps, rootChannelProblem } from './root-maps.js';

/** Nodes that become one, and what they compute with. */
interface Root {
  readonly concat: NodeProto;
  readonly convolution: NodeProto;
  readonly relu: NodeProto;
  readonly weight: TensorProto;
  readonly bias: TensorProto | null;
}

/**
 * Writes a root of DLA (Concat of 2 to 4 maps, 1x1 Conv, Relu, each the only one to take what the one before gives) as one
 * node of our plugin, `FairmotRoot`, which reads the maps where they are: inputs the maps, weights [O, sum of C] and the
 * bias [O], which is always float32. What fits in all but the channels, which have to be known and multiples of 8, stays,
 * with a note.
 *
 * The plugin computes in float16, so this is for fp16 engines.
 *
 * @example
 * const { model: fused, changed } = fuseRoot(model); // changed: 6 for FairMOT's DLA-34
 */
export function fuseRoot(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const names = new UnusedNames(graph);
  const notes: string[] = [];
  const initializers: TensorProto[] = [];
  const replacements = new Map<NodeProto, NodeProto[]>();
  for (const candidate of graph.node) {
    const root = rootFrom(index, candidate);
    if (!root) continue;
    const channels = candidate.input.map((name) => index.channels(name));
    const problem = rootChannelProblem(candidate, channels, root.weight, { op: rootOp, multiple: 8 });
    if (problem) {
      notes.push(`Concat ${candidate.name} ${problem}, so it stays as it is`);
      continue;
    }
    const tensors = tensorsOf(root, names);
    initializers.push(...tensors);
    replacements
      .set(root.concat, [])
      .set(root.convolution, [])
      .set(root.relu, [pluginNode(root, tensors)]);
  }
  return { model: withReplaced(model, replacements, initializers), changed: replacements.size / 3, notes };
}

function rootFrom(index: GraphIndex, concat: NodeProto): Root | null {
  if (!joinsMaps(concat) || concat.input.some((name) => index.constant(name))) return null;
  const convolution = index.soleConsumer(concat.output[0] as string);
  const constant = constantConvolutionFrom(index, convolution, 1);
  if (!convolution || !constant) return null;
  const relu = index.soleConsumer(convolution.output[0] as string);
  if (relu?.opType !== 'Relu') return null;
  return { concat, convolution, relu, weight: constant.weight, bias: constant.bias };
}

/** Weights in the type that the convolution's have, and the bias as float32. */
function tensorsOf({ convolution, weight, bias }: Root, names: UnusedNames): [TensorProto, TensorProto] {
  const name = convolution.input[1] as string;
  const [outChannels, inChannels] = weight.dims.map(Number) as [number, number];
  return [
    tensorFromFloats(
      names.next(`${name}_root`),
      [outChannels, inChannels],
      floatsFromTensor(weight),
      floatTypeOf(weight),
    ),
    tensorFromFloats(names.next(`${name}_root_bias`), [outChannels], biasOf({ weight, bias })),
  ];
}

function pluginNode({ concat, convolution, relu }: Root, tensors: readonly TensorProto[]): NodeProto {
  return nodeFrom({
    op: rootOp,
    name: convolution.name || (relu.output[0] as string),
    inputs: [...concat.input, ...tensors.map(({ name }) => name)],
    outputs: [relu.output[0] as string],
    attributes: { maps: concat.input.length },
  });
}
