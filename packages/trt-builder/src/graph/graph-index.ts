import {
  TensorProto_DataType as DataType,
  type GraphProto,
  intsFromTensor,
  intsOfAttribute,
  type NodeProto,
  shapeOfTensor,
  type TensorProto,
  tensorFromInts,
} from '@trt-fairmot/onnx-export';

const integerTypes = new Set<number>([DataType.INT64, DataType.INT32]);

/** Who makes and who takes each value of a graph. Describes the graph it was made of; a changed graph needs a new index. */
export class GraphIndex {
  readonly #producers = new Map<string, NodeProto>();
  readonly #consumers = new Map<string, NodeProto[]>();
  readonly #constants = new Map<string, TensorProto>();
  readonly #shapes = new Map<string, (number | null)[]>();
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: GraphProto) {
    for (const node of graph.node) {
      for (const name of node.output) this.#producers.set(name, node);
      for (const name of usedBy(node)) this.#consumers.set(name, [...(this.#consumers.get(name) ?? []), node]);
      const tensor = node.opType === 'Constant' ? constantTensor(node) : null;
      if (tensor) this.#constants.set(node.output[0] as string, tensor);
    }
    for (const tensor of graph.initializer) this.#constants.set(tensor.name, tensor);
    this.#outputs = new Set(graph.output.map(({ name }) => name));
    for (const info of [...graph.valueInfo, ...graph.input, ...graph.output]) {
      const shape = info.type?.value.case === 'tensorType' ? info.type.value.value.shape : undefined;
      if (shape)
        this.#shapes.set(
          info.name,
          shape.dim.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : null)),
        );
    }
  }

  /** The node that makes a value; null for inputs and initializers. */
  producer(value: string): NodeProto | null {
    return this.#producers.get(value) ?? null;
  }

  /** The one node that takes a value, where nothing else does and it is no graph output; else null. */
  soleConsumer(value: string): NodeProto | null {
    const nodes = this.#consumers.get(value) ?? [];
    return nodes.length === 1 && !this.#outputs.has(value) ? (nodes[0] as NodeProto) : null;
  }

  /** The nodes that take a value. */
  consumers(value: string): readonly NodeProto[] {
    return this.#consumers.get(value) ?? [];
  }

  /** Whether a value is an output of the graph. */
  isOutput(value: string): boolean {
    return this.#outputs.has(value);
  }

  /** The tensor behind an initializer or a Constant node, also through Identity; null for anything computed. */
  constant(value: string): TensorProto | null {
    const node = this.producer(value);
    if (node?.opType === 'Identity') return this.constant(node.input[0] as string);
    return this.#constants.get(value) ?? null;
  }

  /** The integers behind a constant; null for floats and for anything computed. */
  ints(value: string): number[] | null {
    const tensor = this.constant(value);
    return tensor && integerTypes.has(tensor.dataType) ? intsFromTensor(tensor) : null;
  }

  /** Declared shape of a value with null for dimensions known only at run time; null where nothing is declared. */
  shape(value: string): readonly (number | null)[] | null {
    const tensor = this.constant(value);
    return tensor ? shapeOfTensor(tensor) : (this.#shapes.get(value) ?? null);
  }

  /** Number of channels (axis 1) of a value; null where it cannot be told. */
  channels(value: string): number | null {
    const node = this.producer(value);
    const weight = node?.opType === 'Conv' ? this.shape(node.input[1] as string) : null;
    return weight?.[0] ?? this.shape(value)?.[1] ?? null;
  }
}

function constantTensor(node: NodeProto): TensorProto | null {
  const tensor = node.attribute.find(({ name }) => name === 'value')?.t;
  if (tensor) return tensor;
  const ints = [...intsOfAttribute(node, 'value_ints', []), ...intsOfAttribute(node, 'value_int', [])];
  return ints.length > 0 ? tensorFromInts(node.name, [ints.length], ints) : null;
}

/** Values a node takes, those of its subgraphs (If, Loop, Scan) included. */
export function usedBy(node: NodeProto): string[] {
  const inner = node.attribute.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs]);
  const captured = inner.flatMap((graph) => [...graph.node.flatMap(usedBy), ...graph.output.map(({ name }) => name)]);
  return [...node.input, ...captured].filter((name) => name !== '');
}
