import { intsOfAttribute, type NodeProto } from '@trt-fairmot/onnx-export';
import { attributeOf } from './attributes.js';

/** Whether every number of an integer attribute is the wanted one; `fallback` is what an absent attribute means. */
export function attributeIs(node: NodeProto, name: string, fallback: number, wanted: number): boolean {
  return intsOfAttribute(node, name, [fallback]).every((value) => value === wanted);
}

/** Whether a convolution, transposed or not, has this stride and padding on every side and axis, written out, and no dilation. */
export function hasWindow(node: NodeProto, stride: number, pad: number): boolean {
  const automatic = new TextDecoder().decode(attributeOf(node, 'auto_pad')?.s ?? new Uint8Array());
  return (
    (automatic === '' || automatic === 'NOTSET') &&
    attributeIs(node, 'strides', 1, stride) &&
    attributeIs(node, 'pads', 0, pad) &&
    attributeIs(node, 'dilations', 1, 1)
  );
}
