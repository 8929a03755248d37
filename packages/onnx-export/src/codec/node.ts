import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  NodeProtoSchema,
} from '../gen/onnx_pb.js';

/** A node attribute: an integer, integers, a string, or `{ float }`. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number };

/** What {@link nodeFrom} builds a node of. */
export interface NodeInit {
  readonly op: string;
  readonly name: string;
  /** Names of the input values; an empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Operator domain; the default, '', is ONNX's own. */
  readonly domain?: string;
}

/**
 * A graph node.
 *
 * @example
 * nodeFrom({ op: 'MaxPool', name: 'pool', inputs: ['x'], outputs: ['y'], attributes: { kernel_shape: [3, 3] } });
 */
export function nodeFrom(init: NodeInit): NodeProto {
  const attribute = Object.entries(init.attributes ?? {}).map(([name, value]) => attributeFrom(name, value));
  return create(NodeProtoSchema, {
    opType: init.op,
    name: init.name,
    input: [...init.inputs],
    output: [...init.outputs],
    attribute,
    ...(init.domain ? { domain: init.domain } : {}),
  });
}

function attributeFrom(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

/** The integers of a node's attribute (one for a scalar attribute), or `fallback` where it is absent. */
export function intsOfAttribute(node: NodeProto, name: string, fallback: readonly number[]): number[] {
  const attribute = node.attribute.find((candidate) => candidate.name === name);
  if (!attribute) return [...fallback];
  return attribute.type === AttributeType.INT ? [Number(attribute.i)] : attribute.ints.map(Number);
}

/** The integer of a node's attribute, or `fallback` where it is absent. */
export function intOfAttribute(node: NodeProto, name: string, fallback: number): number {
  return intsOfAttribute(node, name, [fallback])[0] ?? fallback;
}
