import { intOfAttribute } from '../codec/node.js';
import { shapeOfTensor, sizeOfShape } from '../codec/tensor.js';
import type { GraphProto, NodeProto, ValueInfoProto } from '../gen/onnx_pb.js';

/** Dimensions of a value: a size, or the name of one that is open. */
export type KnownShape = readonly (number | string)[];

/** Shapes of a graph's inputs, outputs, initializers and, where declared, inner values. */
export function shapesFromGraph(graph: GraphProto): Map<string, KnownShape> {
  const shapes = new Map<string, KnownShape>();
  for (const info of [...graph.input, ...graph.output, ...graph.valueInfo]) {
    const shape = shapeFromValueInfo(info);
    if (shape) shapes.set(info.name, shape);
  }
  for (const tensor of graph.initializer) shapes.set(tensor.name, shapeOfTensor(tensor));
  return shapes;
}

/** Declared shape of a value; null where none is declared. */
export function shapeFromValueInfo(info: ValueInfoProto): KnownShape | null {
  const tensor = info.type?.value.case === 'tensorType' ? info.type.value.value : null;
  if (!tensor?.shape) return null;
  return tensor.shape.dim.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : (value.value ?? '?')));
}

/**
 * Multiply-accumulate operations of one run: convolutions (plain, transposed, deformable) and matrix products; an open
 * dimension counts as 1, so for a dynamic batch they are those of one image. Null where a shape is not declared.
 */
export function macsFromGraph(graph: GraphProto): number | null {
  const shapes = shapesFromGraph(graph);
  let total = 0;
  for (const node of graph.node) {
    const macs = macsOfNode(node, shapes);
    if (macs === null) return null;
    total += macs;
  }
  return total;
}

function macsOfNode(node: NodeProto, shapes: ReadonlyMap<string, KnownShape>): number | null {
  const count = (name: string | undefined) => {
    const shape = name === undefined ? undefined : shapes.get(name);
    return shape ? sizeOfShape(shape.map((dimension) => (typeof dimension === 'number' ? dimension : 1))) : null;
  };
  const weightIndex = { Conv: 1, DeformConv: 1, ConvTranspose: 1, DCNv2: 3 }[node.opType];
  if (weightIndex !== undefined) {
    const weight = shapes.get(node.input[weightIndex] ?? '');
    const moved = count(node.opType === 'ConvTranspose' ? node.input[0] : node.output[0]);
    if (!weight || moved === null) return null;
    return moved * sizeOfShape(weight.slice(1).map(Number));
  }
  if (node.opType === 'MatMul') {
    const inner = shapes.get(node.input[0] ?? '')?.at(-1);
    const out = count(node.output[0]);
    return out === null || typeof inner !== 'number' ? null : out * inner;
  }
  if (node.opType === 'Gemm') {
    const weight = shapes.get(node.input[1] ?? '');
    const inner = weight?.[intOfAttribute(node, 'transB', 0) === 1 ? 1 : 0];
    const out = count(node.output[0]);
    return out === null || typeof inner !== 'number' ? null : out * inner;
  }
  return 0;
}
