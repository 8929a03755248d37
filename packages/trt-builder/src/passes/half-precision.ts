import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
  type ValueInfoProto,
} from '@trt-fairmot/onnx-export';
import { type FloatType, isFloatType } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { computeType, hasFixedType, outputType, type ValueType } from './half-roles.js';
import { graphOf, type PassResult, withGraph } from './pass.js';

/**
 * Types a float32 network as float16 for strongly typed TensorRT networks, where the graph's types decide the arithmetic:
 * convolutions and what lies between them become float16, sigmoid and norms and what follows from them stay float32, and
 * Cast nodes stand between. Inputs and outputs keep their names and types.
 *
 * A model with float16 weights stays as it is. Weights are rounded to nearest, ties to even.
 *
 * @throws FairmotError naming a weight beyond float16's range of 65504
 */
export function halfPrecision(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const unchanged = (notes: readonly string[]): PassResult => ({ model, changed: 0, notes });
  if (graph.initializer.some(({ dataType }) => dataType === DataType.FLOAT16)) return unchanged([]);
  const branching = graph.node.find(({ attribute }) => attribute.some(({ g, graphs }) => g || graphs.length > 0));
  if (branching)
    return unchanged([`${branching.opType} ${branching.name} holds a graph of its own, so the network stays float32`]);
  const conversion = new HalfConversion(graph);
  const node = graph.node.flatMap((candidate) => conversion.nodesFor(candidate));
  const initializer = [...graph.initializer, ...conversion.initializers];
  const valueInfo = graph.valueInfo.map((info) => conversion.typed(info));
  const converted = withoutUnused(updated(graph, { node, initializer, valueInfo }));
  return { model: withGraph(model, converted), changed: conversion.changed, notes: [] };
}

class HalfConversion {
  readonly initializers: TensorProto[] = [];
  /** Nodes that compute in float16 now. */
  changed = 0;
  readonly #index: GraphIndex;
  readonly #names: UnusedNames;
  readonly #outputs: ReadonlySet<string>;
  readonly #types = new Map<string, ValueType>();
  /** Names of values and constants in a type that is not their own, by `${type} ${name}`. */
  readonly #casted = new Map<string, string>();

  constructor(graph: GraphProto) {
    this.#index = new GraphIndex(graph);
    this.#names = new UnusedNames(graph);
    this.#outputs = new Set(graph.output.map(({ name }) => name));
    for (const info of graph.input) {
      const type = info.type?.value.case === 'tensorType' ? info.type.value.value.elemType : DataType.UNDEFINED;
      this.#types.set(info.name, isFloatType(type) ? 'float32' : 'other');
    }
  }

  nodesFor(node: NodeProto): NodeProto[] {
    if (node.opType === 'Constant') return [node];
    const inputs = node.input.map((name) => this.#typeOf(name));
    const computed = inputs.filter((_, i) => !this.#index.constant(node.input[i] as string));
    const compute = computeType(node, computed);
    const casts: NodeProto[] = [];
    const input = node.input.map((name, i) => {
      if (compute === null || inputs[i] === 'other' || hasFixedType(node, i)) return this.#named(name);
      return this.#inType(name, compute, casts);
    });
    if (compute === 'float16') this.changed += 1;
    const types = node.output.map((_, i) => outputType(node, i, compute, inputs));
    for (const [i, name] of node.output.entries()) this.#types.set(name, types[i] as ValueType);
    const back: NodeProto[] = [];
    const output = node.output.map((name, i) => this.#outputName(name, types[i] as ValueType, back));
    return [...casts, updated(node, { input, output }), ...back];
  }

  /** A declaration with the type its value has now. */
  typed(info: ValueInfoProto): ValueInfoProto {
    if (this.#types.get(info.name) !== 'float16' || info.type?.value.case !== 'tensorType') return info;
    const value = updated(info.type.value.value, { elemType: DataType.FLOAT16 });
    return updated(info, { type: updated(info.type, { value: { case: 'tensorType', value } }) });
  }

  #typeOf(name: string): ValueType {
    const constant = this.#index.constant(name);
    if (constant) return isFloatType(constant.dataType) ? 'float32' : 'other';
    return this.#types.get(name) ?? 'other';
  }

  /** Where a float16 value is a graph output, its own name belongs to the float32 copy. */
  #outputName(name: string, type: ValueType, back: NodeProto[]): string {
    if (type !== 'float16' || !this.#outputs.has(name)) return name;
    const half = this.#names.next(`${name}_float16`);
    this.#casted.set(`float16 ${name}`, half).set(`float32 ${name}`, name);
    back.push(castNode(half, name, 'float32'));
    return half;
  }

  #named(name: string): string {
    return this.#casted.get(`${this.#types.get(name)} ${name}`) ?? name;
  }

  /** The value or constant in a type; adds the Cast node that this needs to `casts`. */
  #inType(name: string, type: FloatType, casts: NodeProto[]): string {
    const known = this.#casted.get(`${type} ${name}`);
    if (known) return known;
    if (this.#typeOf(name) === type) return name;
    const result = this.#names.next(`${name}_${type}`);
    this.#casted.set(`${type} ${name}`, result);
    const constant = this.#index.constant(name);
    if (constant)
      this.initializers.push(tensorFromFloats(result, constant.dims.map(Number), floatsFromTensor(constant), type));
    else casts.push(castNode(this.#named(name), result, type));
    return result;
  }
}

function castNode(from: string, to: string, type: FloatType): NodeProto {
  const dataType = type === 'float16' ? DataType.FLOAT16 : DataType.FLOAT;
  return nodeFrom({ op: 'Cast', name: `${to}_cast`, inputs: [from], outputs: [to], attributes: { to: dataType } });
}
