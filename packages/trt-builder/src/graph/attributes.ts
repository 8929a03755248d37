import type { AttributeProto, NodeProto } from '@trt-fairmot/onnx-export';

/** An attribute of a node by name, or null. */
export function attributeOf(node: NodeProto, name: string): AttributeProto | null {
  return node.attribute.find((attribute) => attribute.name === name) ?? null;
}

/** The number of a float attribute, or `fallback` where it is absent. */
export function floatOfAttribute(node: NodeProto, name: string, fallback: number): number {
  return attributeOf(node, name)?.f ?? fallback;
}
