import type { GraphProto } from '@trt-fairmot/onnx-export';
import { usedBy } from './graph-index.js';
import { updated } from './updated.js';

/** The graph without nodes, initializers and value declarations that no output depends on. */
export function withoutUnused(graph: GraphProto): GraphProto {
  const needed = new Set(graph.output.map(({ name }) => name));
  const node = [];
  for (const candidate of graph.node.toReversed()) {
    if (!candidate.output.some((name) => needed.has(name))) continue;
    for (const name of usedBy(candidate)) needed.add(name);
    node.push(candidate);
  }
  return updated(graph, {
    node: node.reverse(),
    initializer: graph.initializer.filter(({ name }) => needed.has(name)),
    valueInfo: graph.valueInfo.filter(({ name }) => needed.has(name)),
  });
}
