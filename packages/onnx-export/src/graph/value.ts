import { create } from '@bufbuild/protobuf';
import { dataTypeFromElementType, type ElementType } from '../codec/tensor.js';
import { FairmotError } from '../error.js';
import { type ValueInfoProto, ValueInfoProtoSchema } from '../gen/onnx_pb.js';

/** A dimension: a size, or the name of one that is known only when the graph runs. */
export type Dimension = number | string;

/** A named tensor in a graph under construction. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** ONNX's declaration of a value's name, type and shape. */
export function valueInfoFrom({ name, type, shape }: Value): ValueInfoProto {
  const dim = shape.map((dimension) => ({
    value:
      typeof dimension === 'number'
        ? ({ case: 'dimValue', value: BigInt(dimension) } as const)
        : ({ case: 'dimParam', value: dimension } as const),
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: dataTypeFromElementType(type), shape: { dim } } } },
  });
}

/** A dimension that must be a number, as channels and map sizes are. */
export function fixedDimension(value: Value, axis: number): number {
  const dimension = value.shape[axis];
  if (typeof dimension === 'number') return dimension;
  throw new FairmotError(`Expected a fixed size for axis ${axis} of ${value.name} but received ${String(dimension)}`);
}

/** Shape of an element-wise operation on two values by ONNX's (NumPy's) broadcasting. */
export function broadcastShape(a: Value, b: Value): Dimension[] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a.shape[axis - rank + a.shape.length] ?? 1;
    const right = b.shape[axis - rank + b.shape.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new FairmotError(
      `Expected shapes that broadcast but received ${a.name} [${a.shape}] and ${b.name} [${b.shape}]`,
    );
  });
}
