import { TensorProto_DataType as DataType, FairmotError, type ModelProto } from '@trt-fairmot/onnx-export';
import { graphOf } from '../passes/pass.js';

/** Whether a model carries quantisation already. */
export function isQuantized(model: ModelProto): boolean {
  return graphOf(model).node.some(({ opType }) => opType === 'QuantizeLinear' || opType === 'DequantizeLinear');
}

/**
 * Checks that a model can be quantised.
 *
 * @throws FairmotError of kind 'usage' for one that is quantised already, or typed float16
 */
export function expectQuantizable(model: ModelProto, name: string): void {
  if (isQuantized(model)) {
    throw new FairmotError(`Expected a network without quantisation but received one with it in ${name}`, {
      kind: 'usage',
      hint: 'quantise the network that fairmot export wrote; fairmot build takes the quantised one as it is, without --calib',
    });
  }
  if (graphOf(model).initializer.some(({ dataType }) => dataType === DataType.FLOAT16)) {
    throw new FairmotError(`Expected float32 weights to quantise but received float16 ones in ${name}`, {
      kind: 'usage',
      hint: 'export again with --precision fp32; an int8 engine uses fp16 beside int8 all the same',
    });
  }
}
