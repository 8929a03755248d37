import {
  type GraphProto,
  type ModelProto,
  sizeOfShape,
  type ValueInfoProto,
  valueInfoFrom,
} from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, withGraph } from '../passes/pass.js';

/** Bytes of a float map whose size nobody declared: as large as FairMOT's largest at 608x1088. */
const undeclaredBytes = 42 * 2 ** 20;

/** The network with some of its inner values as outputs in place of its own, and without what they do not need. */
export function observingModel(model: ModelProto, values: readonly string[]): ModelProto {
  const graph = graphOf(model);
  const declared = new Map([...graph.valueInfo, ...graph.output].map((info) => [info.name, info]));
  const output = values.map((name) => declared.get(name) ?? undeclared(name));
  return withGraph(model, withoutUnused(updated(graph, { output })));
}

function undeclared(name: string): ValueInfoProto {
  const info = valueInfoFrom({ name, type: 'float32', shape: [] });
  const tensor = info.type?.value;
  if (tensor?.case !== 'tensorType') return info;
  const { shape: _, ...rest } = tensor.value;
  const value = updated(tensor.value, rest);
  delete value.shape;
  return updated(info, {
    type: updated(info.type as NonNullable<typeof info.type>, { value: { case: 'tensorType', value } }),
  });
}

/**
 * Values in groups whose tensors for one image stay below a size together, in the order given.
 *
 * @param limit bytes; a value that is larger alone makes a group of its own
 */
export function groupsBySize(graph: GraphProto, values: readonly string[], limit: number): string[][] {
  const index = new GraphIndex(graph);
  const groups: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const value of values) {
    const shape = index.shape(value)?.slice(1);
    const size = shape && !shape.includes(null) ? 4 * sizeOfShape(shape as number[]) : undeclaredBytes;
    if (bytes + size > limit) {
      groups.push([]);
      bytes = 0;
    }
    bytes += size;
    groups.at(-1)?.push(value);
  }
  return groups;
}
