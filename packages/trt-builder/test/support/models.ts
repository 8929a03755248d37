import { create } from '@bufbuild/protobuf';
import {
  bytesFromModel,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  tensorFromFloats,
  type Value,
  valueInfoFrom,
} from '@trt-fairmot/onnx-export';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Parts of a small model. */
export interface ModelParts {
  readonly nodes: readonly NodeProto[];
  readonly initializers?: readonly TensorProto[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly values?: readonly Value[];
  readonly opset?: number;
  readonly irVersion?: number;
}

export function modelOf({
  nodes,
  initializers = [],
  inputs,
  outputs,
  values = [],
  opset = 19,
  irVersion = 9,
}: ModelParts): ModelProto {
  const graph = create(GraphProtoSchema, {
    name: 'test',
    node: [...nodes],
    initializer: [...initializers],
    input: inputs.map(valueInfoFrom),
    output: outputs.map(valueInfoFrom),
    valueInfo: values.map(valueInfoFrom),
  });
  return create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    graph,
  });
}

export function graph(model: ModelProto): GraphProto {
  return model.graph as GraphProto;
}

/** Operator types in graph order. */
export function ops(model: ModelProto): string[] {
  return graph(model).node.map(({ opType }) => opType);
}

/** A float32 value of a graph. */
export function float(name: string, shape: readonly (number | string)[]): Value {
  return { name, type: 'float32', shape };
}

/** Numbers from -scale to scale, the same for the same seed. */
export function randomFloats(length: number, seed: number, scale = 1): Float32Array {
  let state = (seed * 2654435761 + 1) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) / 2 ** 23 - 1) * scale;
  });
}

/** Options of `run`: quantisation computed node by node, as ONNX defines it, without kernels that join nodes. */
export const unfused = { extra: { session: { disable_quant_qdq: '1' } } };

/** An initializer of random numbers. */
export function randomTensor(name: string, shape: readonly number[], seed: number, scale = 1): TensorProto {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensorFromFloats(name, shape, randomFloats(size, seed, scale));
}

export type Feeds = Readonly<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>;

/** Runs a model in ONNX Runtime; float outputs by name. */
export async function run(
  model: ModelProto,
  feeds: Feeds,
  options: InferenceSession.SessionOptions = {},
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(bytesFromModel(model), { logSeverityLevel: 3, ...options });
  const tensors = Object.entries(feeds).map(
    ([name, { data, dims }]) => [name, new Tensor('float32', data, dims)] as const,
  );
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
}
