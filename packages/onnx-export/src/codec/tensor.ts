import { create } from '@bufbuild/protobuf';
import { FairmotError } from '../error.js';
import { TensorProto_DataType as DataType, type TensorProto, TensorProtoSchema } from '../gen/onnx_pb.js';
import { floatsFromHalves, halvesFromFloats } from './float16.js';

/** Element types of the graphs written here. */
export type ElementType = 'float32' | 'float16' | 'int32' | 'int64' | 'bool';

/** ONNX's number for an element type (TensorProto.DataType). */
export function dataTypeFromElementType(type: ElementType): DataType {
  const types = {
    float32: DataType.FLOAT,
    float16: DataType.FLOAT16,
    int32: DataType.INT32,
    int64: DataType.INT64,
    bool: DataType.BOOL,
  };
  return types[type];
}

/**
 * A float tensor with raw little-endian data; at `float16` the numbers are rounded to nearest, ties to even.
 *
 * @throws FairmotError naming the tensor when a finite number leaves the range of float16
 * @example
 * tensorFromFloats('scale', [2], Float32Array.of(0.5, 2), 'float16');
 */
export function tensorFromFloats(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  type: 'float32' | 'float16' = 'float32',
): TensorProto {
  requireSize(name, shape, values.length);
  const data = type === 'float32' ? values : halvesFromFloats(values);
  if (data instanceof Uint16Array) requireHalfRange(name, values, data);
  return tensorFromRaw(name, shape, dataTypeFromElementType(type), data);
}

/** An int64 tensor with raw little-endian data. */
export function tensorFromInts(name: string, shape: readonly number[], values: ArrayLike<number>): TensorProto {
  requireSize(name, shape, values.length);
  return tensorFromRaw(name, shape, DataType.INT64, BigInt64Array.from(Array.from(values), BigInt));
}

function tensorFromRaw(
  name: string,
  shape: readonly number[],
  dataType: DataType,
  data: Float32Array | Uint16Array | BigInt64Array,
): TensorProto {
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType, rawData });
}

/**
 * The numbers of a FLOAT, FLOAT16 or DOUBLE tensor as float32, row-major, from raw or typed fields.
 *
 * @throws FairmotError naming the tensor for another type, external data or a wrong length
 */
export function floatsFromTensor(tensor: TensorProto): Float32Array {
  requireInline(tensor);
  const floats = rawFloats(tensor) ?? typedFloats(tensor);
  if (!floats) {
    throw new FairmotError(`Expected floats in tensor ${tensor.name} but received ONNX data type ${tensor.dataType}`);
  }
  requireSize(tensor.name, shapeOfTensor(tensor), floats.length);
  return floats;
}

function rawFloats({ dataType, rawData }: TensorProto): Float32Array | null {
  if (rawData.length === 0) return null;
  const { buffer } = new Uint8Array(rawData);
  if (dataType === DataType.FLOAT) return new Float32Array(buffer, 0, rawData.length >> 2);
  if (dataType === DataType.FLOAT16) return floatsFromHalves(new Uint16Array(buffer, 0, rawData.length >> 1));
  if (dataType === DataType.DOUBLE) return Float32Array.from(new Float64Array(buffer, 0, rawData.length >> 3));
  return null;
}

function typedFloats(tensor: TensorProto): Float32Array | null {
  if (tensor.dataType === DataType.FLOAT) return Float32Array.from(tensor.floatData);
  if (tensor.dataType === DataType.FLOAT16) return floatsFromHalves(Uint16Array.from(tensor.int32Data));
  if (tensor.dataType === DataType.DOUBLE) return Float32Array.from(tensor.doubleData);
  return null;
}

/**
 * The numbers of an INT64 or INT32 tensor, row-major.
 *
 * @throws FairmotError naming the tensor for another type, external data or a wrong length
 */
export function intsFromTensor(tensor: TensorProto): number[] {
  requireInline(tensor);
  const { dataType, rawData } = tensor;
  const { buffer } = new Uint8Array(rawData);
  let ints: number[];
  if (dataType === DataType.INT64) {
    ints = Array.from(rawData.length ? new BigInt64Array(buffer, 0, rawData.length >> 3) : tensor.int64Data, Number);
  } else if (dataType === DataType.INT32) {
    ints = Array.from(rawData.length ? new Int32Array(buffer, 0, rawData.length >> 2) : tensor.int32Data);
  } else {
    throw new FairmotError(`Expected integers in tensor ${tensor.name} but received ONNX data type ${dataType}`);
  }
  requireSize(tensor.name, shapeOfTensor(tensor), ints.length);
  return ints;
}

/** The dimensions of a tensor as numbers. */
export function shapeOfTensor(tensor: TensorProto): number[] {
  return tensor.dims.map(Number);
}

/** Product of a shape's dimensions; 1 for a scalar. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function requireSize(name: string, shape: readonly number[], received: number): void {
  const expected = sizeOfShape(shape);
  if (expected !== received) {
    throw new FairmotError(`Expected ${expected} numbers for tensor ${name} [${shape}] but received ${received}`);
  }
}

function requireInline(tensor: TensorProto): void {
  if (tensor.externalData.length > 0) {
    throw new FairmotError(
      `Expected tensor ${tensor.name} inside the ONNX file but received a reference to another file`,
      {
        hint: 'write the model again with its weights inline',
      },
    );
  }
}

function requireHalfRange(name: string, values: Float32Array, halves: Uint16Array): void {
  const index = halves.findIndex((half, i) => (half & 0x7fff) === 0x7c00 && Number.isFinite(values[i]));
  if (index < 0) return;
  throw new FairmotError(
    `Expected tensor ${name} within the float16 range of 65504 but received ${values[index]} at index ${index}`,
    { hint: 'export with --precision fp32' },
  );
}
