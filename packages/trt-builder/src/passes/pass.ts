import type { GraphProto, ModelProto, NodeProto, TensorProto } from '@trt-fairmot/onnx-export';
import { FairmotError } from '@trt-fairmot/onnx-export';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';

/** What a graph pass made of a model. The model it was given is unchanged. */
export interface PassResult {
  readonly model: ModelProto;
  /** How many places of the graph it changed. */
  readonly changed: number;
  /** What it had to leave as it was, and why: one sentence each. */
  readonly notes: readonly string[];
}

/** What passes may be told; each takes what concerns it. */
export interface PassOptions {
  /** Rows of the detections that `peak-heads` makes; 500 unless given. */
  readonly topK?: number;
  /** What deformable convolutions with their own offsets interpolate in; fp16 unless given. */
  readonly dcnInterpolation?: 'fp16' | 'fp32';
}

/** A pure function on ONNX models. */
export type Pass = (model: ModelProto, options?: PassOptions) => PassResult;

/** The graph of a model. */
export function graphOf(model: ModelProto): GraphProto {
  if (!model.graph) throw new FairmotError('Expected an ONNX model with a graph but received one without');
  return model.graph;
}

/** The model with another graph. */
export function withGraph(model: ModelProto, graph: GraphProto): ModelProto {
  return updated(model, { graph });
}

/** The model with nodes in the place of others, constants that they take, and nothing that is now unused. */
export function withReplaced(
  model: ModelProto,
  replacements: ReadonlyMap<NodeProto, readonly NodeProto[]>,
  initializers: Iterable<TensorProto>,
): ModelProto {
  const graph = graphOf(model);
  const node = graph.node.flatMap((candidate) => replacements.get(candidate) ?? [candidate]);
  const initializer = [...graph.initializer, ...initializers];
  return withGraph(model, withoutUnused(updated(graph, { node, initializer })));
}
