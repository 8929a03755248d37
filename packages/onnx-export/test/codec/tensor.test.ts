import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  int8sFromTensor,
  intsFromTensor,
  shapeOfTensor,
  TensorProtoSchema,
  tensorFromFloats,
  tensorFromInt8s,
  tensorFromInts,
} from '../../src/index.js';

describe('tensor', () => {
  test('float32 is stored as raw little-endian bytes', () => {
    const tensor = tensorFromFloats('w', [2, 1], Float32Array.of(1, -2));
    expect([...tensor.rawData]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
    expect(tensor.dataType).toBe(1);
    expect(shapeOfTensor(tensor)).toEqual([2, 1]);
    expect([...floatsFromTensor(tensor)]).toEqual([1, -2]);
  });

  test('float16 is stored rounded', () => {
    const tensor = tensorFromFloats('w', [2], Float32Array.of(1 / 3, 2), 'float16');
    expect([...tensor.rawData]).toEqual([0x55, 0x35, 0x00, 0x40]);
    expect(tensor.dataType).toBe(10);
    expect([...floatsFromTensor(tensor)]).toEqual([0.333251953125, 2]);
  });

  test('int8 is stored as two\u2019s complement bytes, and read from typed fields too', () => {
    const tensor = tensorFromInt8s('q', [3], Int8Array.of(-128, -1, 127));
    expect([...tensor.rawData]).toEqual([0x80, 0xff, 0x7f]);
    expect(tensor.dataType).toBe(DataType.INT8);
    expect([...int8sFromTensor(tensor)]).toEqual([-128, -1, 127]);
    const typed = create(TensorProtoSchema, { dims: [2n], dataType: DataType.INT8, int32Data: [-5, 6] });
    expect([...int8sFromTensor(typed)]).toEqual([-5, 6]);
    expect(() => int8sFromTensor(tensorFromInts('i', [1], [1]))).toThrow(/^Expected int8 numbers in tensor i/);
    expect(() => tensorFromInt8s('q', [2], Int8Array.of(1))).toThrow(/^Expected 2 numbers for tensor q/);
  });

  test('int64 is stored as raw little-endian bytes', () => {
    const tensor = tensorFromInts('i', [2], [3, -1]);
    expect([...tensor.rawData]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
    expect(intsFromTensor(tensor)).toEqual([3, -1]);
  });

  test('reads typed fields, and raw data at any byte offset', () => {
    const typed = create(TensorProtoSchema, { dims: [2n], dataType: DataType.FLOAT, floatData: [0.5, 4] });
    expect([...floatsFromTensor(typed)]).toEqual([0.5, 4]);
    const halves = create(TensorProtoSchema, { dims: [1n], dataType: DataType.FLOAT16, int32Data: [0x3c00] });
    expect([...floatsFromTensor(halves)]).toEqual([1]);
    const ints = create(TensorProtoSchema, { dims: [1n], dataType: DataType.INT32, int32Data: [-7] });
    expect(intsFromTensor(ints)).toEqual([-7]);
    const shifted = new Uint8Array([9, 0, 0, 0x80, 0x3f]).subarray(1);
    const raw = create(TensorProtoSchema, { dims: [1n], dataType: DataType.FLOAT, rawData: shifted });
    expect([...floatsFromTensor(raw)]).toEqual([1]);
  });

  test('names the tensor in every error', () => {
    expect(() => tensorFromFloats('a.b', [3], Float32Array.of(1))).toThrow(
      'Expected 3 numbers for tensor a.b [3] but received 1',
    );
    expect(() => tensorFromFloats('a.b', [2], Float32Array.of(1, -7e4), 'float16')).toThrow(
      'Expected tensor a.b within the float16 range of 65504 but received -70000 at index 1',
    );
    const text = create(TensorProtoSchema, { name: 'a.b', dataType: DataType.STRING });
    expect(() => floatsFromTensor(text)).toThrow('Expected floats in tensor a.b but received ONNX data type 8');
    expect(() => intsFromTensor(text)).toThrow('Expected integers in tensor a.b but received ONNX data type 8');
    const outside = create(TensorProtoSchema, {
      name: 'a.b',
      dataType: 1,
      externalData: [{ key: 'location', value: 'w' }],
    });
    expect(() => floatsFromTensor(outside)).toThrow('Expected tensor a.b inside the ONNX file');
  });
});
