import { modelFromBytes } from '../codec/model-bytes.js';
import { shapeOfTensor, sizeOfShape } from '../codec/tensor.js';
import { TensorProto_DataType as DataType, type ModelProto, type ValueInfoProto } from '../gen/onnx_pb.js';
import { type KnownShape, macsFromGraph, shapeFromValueInfo } from '../graph/macs.js';

/** An input or output of a model. */
export interface PortDescription {
  readonly name: string;
  /** ONNX's name of the element type in lower case: float, float16, int64 ... */
  readonly type: string;
  /** A size, or the name of an open dimension; null where no shape is declared. */
  readonly shape: KnownShape | null;
}

/** What `fairmot inspect` prints of an ONNX file. */
export interface OnnxDescription {
  readonly irVersion: number;
  /** Operator set version by domain; '' is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly inputs: readonly PortDescription[];
  readonly outputs: readonly PortDescription[];
  readonly nodes: number;
  /** Nodes by operator, most frequent first. */
  readonly operators: Readonly<Record<string, number>>;
  /** Numbers in float initializers. */
  readonly parameters: number;
  /** Element types of the float initializers, the most frequent first. */
  readonly precisions: readonly string[];
  /** Multiply-accumulate operations of one run (of one image for a dynamic batch); null where shapes are not declared. */
  readonly macs: number | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Describes an ONNX file: interface, operators, size and cost.
 *
 * @param name what an error calls the bytes, normally the file's path
 * @throws FairmotError when the bytes are no ONNX model
 * @example
 * describeOnnx(await readFile('fairmot.onnx')).operators; // { Conv: 57, Relu: 49, ... }
 */
export function describeOnnx(bytes: Uint8Array, name?: string): OnnxDescription {
  return descriptionFromModel(modelFromBytes(bytes, name));
}

/** {@link describeOnnx} of a decoded model. */
export function descriptionFromModel(model: ModelProto): OnnxDescription {
  const graph = model.graph;
  const initializers = graph?.initializer ?? [];
  const weights = initializers.filter(({ dataType }) => floatTypes.has(dataType));
  const initializerNames = new Set(initializers.map((tensor) => tensor.name));
  return {
    irVersion: Number(model.irVersion),
    opsets: Object.fromEntries(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])),
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    inputs: (graph?.input ?? []).filter((info) => !initializerNames.has(info.name)).map(portFrom),
    outputs: (graph?.output ?? []).map(portFrom),
    nodes: graph?.node.length ?? 0,
    operators: countsOf((graph?.node ?? []).map((node) => node.opType)),
    parameters: weights.reduce((sum, tensor) => sum + sizeOfShape(shapeOfTensor(tensor)), 0),
    precisions: Object.keys(countsOf(weights.map(({ dataType }) => typeName(dataType)))),
    macs: graph ? macsFromGraph(graph) : null,
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

const floatTypes = new Set<number>([DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE]);

function typeName(dataType: number): string {
  return (DataType[dataType] ?? `type ${dataType}`).toLowerCase();
}

function portFrom(info: ValueInfoProto): PortDescription {
  const type = info.type?.value.case === 'tensorType' ? typeName(info.type.value.value.elemType) : 'unknown';
  return { name: info.name, type, shape: shapeFromValueInfo(info) };
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])));
}
