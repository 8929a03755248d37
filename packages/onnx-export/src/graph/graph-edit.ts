import type { GraphProto, NodeProto, TensorProto } from '../gen/onnx_pb.js';

/** The node that makes each value, by the value's name. */
export function producersOf(graph: GraphProto): Map<string, NodeProto> {
  const producers = new Map<string, NodeProto>();
  for (const node of graph.node) for (const output of node.output) producers.set(output, node);
  return producers;
}

/** The nodes that read each value, by the value's name, in graph order. */
export function consumersOf(graph: GraphProto): Map<string, NodeProto[]> {
  const consumers = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    for (const input of new Set(node.input)) {
      const readers = consumers.get(input);
      if (readers) readers.push(node);
      else consumers.set(input, [node]);
    }
  }
  return consumers;
}

/** A graph's weights and constants by name. */
export function initializersOf(graph: GraphProto): Map<string, TensorProto> {
  return new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
}

/** Adds an initializer, or puts it in the place of the one of its name. */
export function setInitializer(graph: GraphProto, tensor: TensorProto): void {
  const index = graph.initializer.findIndex(({ name }) => name === tensor.name);
  if (index < 0) graph.initializer.push(tensor);
  else graph.initializer[index] = tensor;
}

/** Puts nodes in the place of one node of the graph, at its position. */
export function replaceNode(graph: GraphProto, node: NodeProto, replacements: readonly NodeProto[]): void {
  const index = graph.node.indexOf(node);
  if (index < 0) throw new RangeError(`Expected node ${node.name} in the graph but received one that is not in it`);
  graph.node.splice(index, 1, ...replacements);
}

/** Makes every reader of one value read another; graph outputs keep their names. */
export function replaceUses(graph: GraphProto, from: string, to: string): void {
  for (const node of graph.node) {
    for (const [i, input] of node.input.entries()) if (input === from) node.input[i] = to;
  }
}

/** Removes nodes, initializers and shape declarations that no graph output depends on. */
export function removeUnused(graph: GraphProto): void {
  const producers = producersOf(graph);
  const needed = new Set<string>();
  const pending = graph.output.map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    pending.push(...(producers.get(name)?.input ?? []));
  }
  graph.node = graph.node.filter((node) => node.output.some((output) => needed.has(output)));
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
  const made = producersOf(graph);
  graph.valueInfo = graph.valueInfo.filter(({ name }) => made.has(name));
}
