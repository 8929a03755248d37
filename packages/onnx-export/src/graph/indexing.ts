import { dataTypeFromElementType, type ElementType } from '../codec/tensor.js';
import { FairmotError } from '../error.js';
import type { GraphBuilder } from './graph-builder.js';
import { broadcastShape, type Dimension, fixedDimension, type Value } from './value.js';

/** Joins values along an axis. */
export function concat(graph: GraphBuilder, name: string, values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new FairmotError(`Expected values to join in ${name} but received none`);
  const shape = [...first.shape];
  shape[axis] = values.reduce((sum, value) => sum + fixedDimension(value, axis), 0);
  return graph.node({ op: 'Concat', name, inputs: values, attributes: { axis }, type: first.type, shape });
}

/** x[begin:end] along one axis. */
export function slice(
  graph: GraphBuilder,
  name: string,
  x: Value,
  { axis, begin, end }: { readonly axis: number; readonly begin: number; readonly end: number },
): Value {
  const shape = [...x.shape];
  shape[axis] = Math.min(end, fixedDimension(x, axis)) - begin;
  const inputs = [x, graph.ints([1], [begin]), graph.ints([1], [end]), graph.ints([1], [axis])];
  return graph.node({ op: 'Slice', name, inputs, type: x.type, shape });
}

/** x with another shape; a named dimension must keep its axis. */
export function reshape(graph: GraphBuilder, name: string, x: Value, shape: readonly Dimension[]): Value {
  const target = shape.map((dimension, axis) => {
    if (typeof dimension === 'number') return dimension;
    if (x.shape[axis] === dimension) return 0;
    throw new FairmotError(`Expected ${dimension} at axis ${axis} of ${x.name} but received [${x.shape}]`);
  });
  return graph.node({ op: 'Reshape', name, inputs: [x, graph.ints([target.length], target)], type: x.type, shape });
}

/** x with its axes in another order. */
export function transpose(
  graph: GraphBuilder,
  name: string,
  x: Value,
  order: readonly number[],
  output?: string,
): Value {
  const shape = order.map((axis) => x.shape[axis] ?? 1);
  const attributes = { perm: order };
  return graph.node({
    op: 'Transpose',
    name,
    inputs: [x],
    attributes,
    type: x.type,
    shape,
    ...(output ? { output } : {}),
  });
}

/** x repeated along its axes of size 1, to a shape whose named dimensions x already has. */
export function expand(graph: GraphBuilder, name: string, x: Value, shape: readonly Dimension[]): Value {
  const target = shape.map((dimension) => (typeof dimension === 'number' ? dimension : 1));
  return graph.node({ op: 'Expand', name, inputs: [x, graph.ints([target.length], target)], type: x.type, shape });
}

/** x as another element type. */
export function cast(graph: GraphBuilder, name: string, x: Value, type: ElementType, output?: string): Value {
  const to = dataTypeFromElementType(type);
  return graph.node({
    op: 'Cast',
    name,
    inputs: [x],
    attributes: { to },
    type,
    shape: x.shape,
    ...(output ? { output } : {}),
  });
}

/** Element-wise comparison or logic with a bool result. */
export function compare(graph: GraphBuilder, op: 'Equal' | 'And', name: string, a: Value, b: Value): Value {
  return graph.node({ op, name, inputs: [a, b], type: 'bool', shape: broadcastShape(a, b) });
}

/** a where the condition holds, else b. */
export function where(graph: GraphBuilder, name: string, condition: Value, a: Value, b: Value): Value {
  const shape = broadcastShape(condition, { ...a, shape: broadcastShape(a, b) });
  return graph.node({ op: 'Where', name, inputs: [condition, a, b], type: a.type, shape });
}

/** The k largest numbers along the last axis, descending, equal ones by lowest index first, and their indices (int64). */
export function topK(
  graph: GraphBuilder,
  name: string,
  x: Value,
  k: number,
  outputs: { readonly values: string; readonly indices: string },
): { values: Value; indices: Value } {
  const shape = [...x.shape.slice(0, -1), k];
  const values: Value = { name: outputs.values, type: x.type, shape };
  const indices: Value = { name: outputs.indices, type: 'int64', shape };
  const attributes = { axis: x.shape.length - 1, largest: 1, sorted: 1 };
  graph.nodes({ op: 'TopK', name, inputs: [x, graph.ints([1], [k])], attributes }, [values, indices]);
  return { values, indices };
}

/** out[n, c, j] = x[n, c, indices[n, c, j]] for x [N, C, M] and indices [N, C, J]. */
export function gatherElements(graph: GraphBuilder, name: string, x: Value, indices: Value): Value {
  const attributes = { axis: x.shape.length - 1 };
  return graph.node({
    op: 'GatherElements',
    name,
    inputs: [x, indices],
    attributes,
    type: x.type,
    shape: indices.shape,
  });
}

/** Sum along one axis, which stays with size 1. */
export function reduceSum(graph: GraphBuilder, name: string, x: Value, axis: number): Value {
  const shape = x.shape.map((dimension, i) => (i === axis ? 1 : dimension));
  const inputs = [x, graph.ints([1], [axis])];
  return graph.node({ op: 'ReduceSum', name, inputs, attributes: { keepdims: 1 }, type: x.type, shape });
}
