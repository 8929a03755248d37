import { TensorProto_DataType as DataType, type TensorProto } from '@trt-fairmot/onnx-export';

/** Float types of the graphs handled here. */
export type FloatType = 'float32' | 'float16';

/** Float type of a weight; float32 where it is computed rather than given. */
export function floatTypeOf(tensor: TensorProto | null): FloatType {
  return tensor?.dataType === DataType.FLOAT16 ? 'float16' : 'float32';
}

/** Whether ONNX's number for an element type is one of the two float types. */
export function isFloatType(dataType: number): boolean {
  return dataType === DataType.FLOAT || dataType === DataType.FLOAT16;
}
