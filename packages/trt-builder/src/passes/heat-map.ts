import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { attributeOf } from '../graph/attributes.js';
import { channelsLast } from '../graph/channels-last.js';
import { biasOf } from '../graph/constant-convolution.js';
import { floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { type HeadBranch, headBranchFrom } from '../graph/head-branch.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassResult, withGraph } from './pass.js';
import { heatMapOp } from './plugin-node.js';

/**
 * Writes FairMOT's heat-map head (the value `hm`: 3x3 convolution, ReLU, 1x1 convolution to one channel) as one node of our
 * plugin, `FairmotHeatMap`, whose kernel never stores the hidden channels. The weights of the first convolution become
 * float16, everything else float32; the result is float32.
 *
 * @example
 * const { changed } = heatMap(model); // changed: 1 for FairMOT's DLA-34
 */
export function heatMap(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const unchanged = (...notes: string[]): PassResult => ({ model, changed: 0, notes });
  const index = new GraphIndex(graph);
  const producer = index.producer('hm');
  const branch = producer && headBranchFrom(index, 'hm');
  if (!branch) return unchanged();
  const result = floatResult(index, producer, branch);
  const problem = result ? problemOf(branch) : 'The heat map is float16, and more than a Cast to float32 takes it';
  if (!result || problem) return unchanged(`${problem}, so the heat map\u2019s head stays as it is`);
  const weights = weightTensors(branch, new UnusedNames(graph));
  const plugin = nodeFrom({
    op: heatMapOp,
    name: 'heat_map',
    inputs: [branch.features, ...weights.map(({ name }) => name)],
    outputs: [result],
  });
  const replaced = index.producer(result);
  const node: NodeProto[] = graph.node.map((candidate) => (candidate === replaced ? plugin : candidate));
  const fused = updated(graph, { node, initializer: [...graph.initializer, ...weights] });
  return { model: withGraph(model, withoutUnused(fused)), changed: 1, notes: [] };
}

/**
 * The name of the heat map as float32: of `hm`, or where the graph computes it in float16, of the Cast that alone takes it.
 */
function floatResult(index: GraphIndex, producer: NodeProto, { second }: HeadBranch): string | null {
  if (producer.opType === 'Cast' || floatTypeOf(second.weight) === 'float32') return 'hm';
  const cast = index.soleConsumer('hm');
  const isFloat = cast?.opType === 'Cast' && Number(attributeOf(cast, 'to')?.i) === DataType.FLOAT;
  return isFloat ? (cast.output[0] as string) : null;
}

/** What the plugin does not take. */
function problemOf({ first, second }: HeadBranch): string | null {
  const [hidden = 0, features = 0] = first.weight.dims.map(Number);
  const classes = Number(second.weight.dims[0]);
  if (classes !== 1) return `The plugin takes 1 class, not ${classes}`;
  if (features % 8 !== 0 || features > 64) return `The plugin takes 8 to 64 feature channels, not ${features}`;
  return hidden % 128 === 0 ? null : `The plugin takes a multiple of 128 hidden channels, not ${hidden}`;
}

/** [hidden, 3, 3, features], [hidden], [1, hidden], [1]. */
function weightTensors({ first, second }: HeadBranch, names: UnusedNames): TensorProto[] {
  const [hidden = 0, features = 0] = first.weight.dims.map(Number);
  const firsts = channelsLast(floatsFromTensor(first.weight), features, 9);
  return [
    tensorFromFloats(names.next('heat_map.first.weight'), [hidden, 3, 3, features], firsts, 'float16'),
    tensorFromFloats(names.next('heat_map.first.bias'), [hidden], biasOf(first)),
    tensorFromFloats(names.next('heat_map.second.weight'), [1, hidden], floatsFromTensor(second.weight)),
    tensorFromFloats(names.next('heat_map.second.bias'), [1], biasOf(second)),
  ];
}
