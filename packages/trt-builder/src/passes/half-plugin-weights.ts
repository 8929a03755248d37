import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassResult, withGraph } from './pass.js';
import { isPluginNode, staysFloat } from './plugin-node.js';

/**
 * Gives plugin nodes their weights and biases as float16, rounded to nearest, for weakly typed fp16 engines: to TensorRT
 * the inputs of a plugin are tensors like any other, which it would convert from float32 in each run. What a plugin wants as
 * float32 stays so.
 *
 * @throws FairmotError naming a weight beyond float16's range of 65504
 */
export function halfPluginWeights(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const names = new UnusedNames(graph);
  const halves = new Map<string, TensorProto>();
  let changed = 0;
  const halfOf = (name: string): string => {
    const tensor = index.constant(name);
    if (tensor?.dataType !== DataType.FLOAT) return name;
    const half =
      halves.get(name) ??
      tensorFromFloats(names.next(`${name}_float16`), tensor.dims.map(Number), floatsFromTensor(tensor), 'float16');
    halves.set(name, half);
    return half.name;
  };
  const node: NodeProto[] = graph.node.map((candidate) => {
    if (!isPluginNode(candidate)) return candidate;
    const input = candidate.input.map((name, i) => (staysFloat(candidate, i) ? name : halfOf(name)));
    if (input.every((name, i) => name === candidate.input[i])) return candidate;
    changed += 1;
    return updated(candidate, { input });
  });
  const halved = updated(graph, { node, initializer: [...graph.initializer, ...halves.values()] });
  return { model: withGraph(model, withoutUnused(halved)), changed, notes: [] };
}
