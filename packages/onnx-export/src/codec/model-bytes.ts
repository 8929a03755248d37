import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FairmotError } from '../error.js';
import { type ModelProto, ModelProtoSchema } from '../gen/onnx_pb.js';

const protobufLimit = 2 ** 31 - 1;

/**
 * Decodes an ONNX file. Fields this package does not know are kept and written back by {@link bytesFromModel}.
 * Tensors' raw data are views of `bytes`.
 *
 * @param name what the error calls the bytes, normally the file's path
 * @throws FairmotError when the bytes are no ONNX model
 * @example
 * const model = modelFromBytes(await readFile('fairmot.onnx'), 'fairmot.onnx');
 */
export function modelFromBytes(bytes: Uint8Array, name = 'the bytes'): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FairmotError(
      `Expected an ONNX model in ${name} but received ${bytes.length} bytes that do not decode: ${reason}`,
      {
        cause,
        hint: 'the file is truncated or of another format; write it again with fairmot export',
      },
    );
  }
  if (model.irVersion <= 0n || !model.graph || model.graph.node.length === 0) {
    throw new FairmotError(
      `Expected an ONNX model with nodes in ${name} but received ${bytes.length} bytes without any`,
      {
        hint: 'write the file with fairmot export',
      },
    );
  }
  return model;
}

/**
 * Encodes a model as the bytes of an ONNX file.
 *
 * @throws FairmotError when it would pass protobuf's limit of 2,147,483,647 bytes
 */
export function bytesFromModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  const initializers = model.graph?.initializer ?? [];
  const weights = initializers.reduce((sum, tensor) => sum + tensor.rawData.length, 0);
  if (weights > protobufLimit) {
    throw new FairmotError(`Expected at most ${protobufLimit} bytes of weights but received ${weights}`, {
      hint: 'ONNX files are protobuf messages; export with --precision fp16',
    });
  }
  return toBinary(ModelProtoSchema, model);
}
