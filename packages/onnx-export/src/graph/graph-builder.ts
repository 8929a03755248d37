import { create } from '@bufbuild/protobuf';
import { type NodeInit, nodeFrom } from '../codec/node.js';
import { type ElementType, sizeOfShape, tensorFromFloats, tensorFromInts } from '../codec/tensor.js';
import { FairmotError } from '../error.js';
import {
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../gen/onnx_pb.js';
import { type Dimension, type Value, valueInfoFrom } from './value.js';

/** Numbers that are read only when the finished graph asks for them. */
export interface TensorSource {
  readonly shape: readonly number[];
  /** The numbers, row-major; the caller may change the array. */
  read(): Promise<Float32Array>;
}

/** A node to add: its output takes the node's name unless `output` says otherwise. */
export interface NodeSpec extends Omit<NodeInit, 'inputs' | 'outputs'> {
  readonly inputs: readonly Value[];
  readonly output?: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/**
 * Collects the nodes, weights and value shapes of one ONNX graph. Structure comes first, numbers last:
 * weights are {@link TensorSource}s read one after another by {@link GraphBuilder.finish}.
 *
 * @example
 * const graph = new GraphBuilder('float32');
 * const x = graph.input('x', 'float32', [1, 3, 32, 32]);
 * graph.output(relu(graph, 'y', x));
 * const proto = await graph.finish('example');
 */
export class GraphBuilder {
  /** Type of weights and activations; inputs and outputs are float32 at either. */
  readonly floatType: 'float32' | 'float16';
  readonly #nodes: NodeProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #values = new Map<string, Value>();
  readonly #outputNames = new Set<string>();
  readonly #initializers = new Map<string, { value: Value; load: () => TensorProto | Promise<TensorProto> }>();

  constructor(floatType: 'float32' | 'float16' = 'float32') {
    this.floatType = floatType;
  }

  /** Declares a graph input. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    const value: Value = { name, type, shape };
    this.#claim(value);
    this.#inputs.push(valueInfoFrom(value));
    return value;
  }

  /** A float weight of the graph's float type, read when the graph is finished. */
  weight(name: string, source: TensorSource): Value {
    const value: Value = { name, type: this.floatType, shape: source.shape };
    const load = async () => tensorFromFloats(name, source.shape, await source.read(), this.floatType);
    return this.#initializer(value, load);
  }

  /** Float constants given as numbers, float32 unless the type says otherwise. */
  floats(
    name: string,
    shape: readonly number[],
    numbers: readonly number[],
    type: 'float32' | 'float16' = 'float32',
  ): Value {
    const load = () => tensorFromFloats(name, shape, Float32Array.from(numbers), type);
    return this.#initializer({ name, type, shape }, load);
  }

  /** Integer constants (int64). Equal constants without a name of their own share one initializer. */
  ints(shape: readonly number[], numbers: readonly number[], name?: string): Value {
    const key = name ?? `int64_${shape.length === 0 ? 'scalar' : shape.join('x')}_${numbers.join('_')}`;
    const known = this.#initializers.get(key);
    if (known && !name) return known.value;
    return this.#initializer({ name: key, type: 'int64', shape }, () => tensorFromInts(key, shape, numbers));
  }

  /** Adds a node with one output and returns that output. */
  node(spec: NodeSpec): Value {
    const value: Value = { name: spec.output ?? spec.name, type: spec.type, shape: spec.shape };
    this.nodes(spec, [value]);
    return value;
  }

  /** Adds a node with several outputs. */
  nodes(spec: Omit<NodeSpec, 'type' | 'shape' | 'output'>, outputs: readonly Value[]): void {
    for (const value of outputs) this.#claim(value);
    const inputs = spec.inputs.map((value) => value.name);
    this.#nodes.push(nodeFrom({ ...spec, inputs, outputs: outputs.map((value) => value.name) }));
  }

  /** Declares an existing value as a graph output. */
  output(value: Value): void {
    this.#outputNames.add(value.name);
    this.#outputs.push(valueInfoFrom(value));
  }

  /** Reads all weights and returns the graph; shapes of inner values are in `value_info`. */
  async finish(name: string): Promise<GraphProto> {
    const initializer: TensorProto[] = [];
    for (const { load } of this.#initializers.values()) initializer.push(await load());
    const declared = new Set([...this.#inputs.map((info) => info.name), ...this.#outputNames]);
    const inner = [...this.#values.values()].filter((value) => !declared.has(value.name));
    return create(GraphProtoSchema, {
      name,
      node: this.#nodes,
      initializer,
      input: this.#inputs,
      output: this.#outputs,
      valueInfo: inner.map(valueInfoFrom),
    });
  }

  #claim(value: Value): void {
    if (this.#values.has(value.name) || this.#initializers.has(value.name)) {
      throw new FairmotError(`Expected one value of the name ${value.name} in the graph but received a second`);
    }
    this.#values.set(value.name, value);
  }

  #initializer(value: Value, load: () => TensorProto | Promise<TensorProto>): Value {
    if (this.#values.has(value.name) || this.#initializers.has(value.name)) {
      throw new FairmotError(`Expected one initializer of the name ${value.name} but received a second`);
    }
    this.#initializers.set(value.name, { value, load });
    return value;
  }
}

/** A source that is computed from numbers at hand. */
export function sourceFromNumbers(shape: readonly number[], numbers: readonly number[]): TensorSource {
  if (sizeOfShape(shape) !== numbers.length) {
    throw new FairmotError(
      `Expected ${sizeOfShape(shape)} numbers for shape [${shape}] but received ${numbers.length}`,
    );
  }
  return { shape, read: async () => Float32Array.from(numbers) };
}
