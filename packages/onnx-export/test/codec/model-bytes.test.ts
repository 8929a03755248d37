import { create } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { bytesFromModel, FairmotError, ModelProtoSchema, modelFromBytes, nodeFrom } from '../../src/index.js';

const node = nodeFrom({ op: 'Relu', name: 'r', inputs: ['x'], outputs: ['y'] });
const small = bytesFromModel(create(ModelProtoSchema, { irVersion: 9n, graph: { name: 'g', node: [node] } }));

describe('modelFromBytes', () => {
  test('reads back what was written', () => {
    const model = modelFromBytes(small);
    expect(model.irVersion).toBe(9n);
    expect(model.graph?.node[0]).toMatchObject({ opType: 'Relu', name: 'r', input: ['x'], output: ['y'] });
    expect(bytesFromModel(model)).toEqual(small);
  });

  test('keeps fields it does not know', () => {
    // TrainingInfoProto is field 20 of ModelProto
    const unknown = new BinaryWriter()
      .tag(20, WireType.LengthDelimited)
      .bytes(Uint8Array.of(1, 2, 3))
      .finish();
    const bytes = Uint8Array.from([...small, ...unknown]);
    const model = modelFromBytes(bytes);
    model.producerName = 'changed';
    const again = bytesFromModel(model);
    expect(Buffer.from(again).includes(Buffer.from(unknown))).toBe(true);
    expect(modelFromBytes(again).producerName).toBe('changed');
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('not a model at all')],
    ['a truncated model', small.subarray(0, small.length - 3)],
    ['a zip file', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0)],
  ])('refuses %s by name', (_, bytes) => {
    const read = () => modelFromBytes(bytes, 'some.onnx');
    expect(read).toThrow(FairmotError);
    expect(read).toThrow(/^Expected an ONNX model (with nodes )?in some\.onnx but received \d+ bytes/);
  });
});
