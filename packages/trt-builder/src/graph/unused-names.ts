import type { GraphProto } from '@trt-fairmot/onnx-export';

/** Gives names that no value of a graph has, each once. */
export class UnusedNames {
  readonly #taken: Set<string>;

  constructor(graph: GraphProto) {
    this.#taken = new Set([
      ...graph.node.flatMap(({ output }) => output),
      ...graph.initializer.map(({ name }) => name),
      ...graph.input.map(({ name }) => name),
    ]);
  }

  /** `wanted`, or `wanted` with the first free number behind it. */
  next(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    return name;
  }
}
