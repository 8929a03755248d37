import { intsFromTensor } from '../codec/tensor.js';
import { type GraphProto, type NodeProto, type TensorProto, TensorProto_DataType } from '../gen/onnx_pb.js';
import { consumersOf, initializersOf, producersOf } from '../graph/graph-edit.js';

/**
 * The bias that `offset` alone depends on in its first `channels` numbers: that of a convolution whose first channels are sliced off as
 * the offsets of one node, and whose other channels go elsewhere.
 *
 * @returns null where the offsets come from anything else
 */
export function biasOfOffsets(graph: GraphProto, offset: string, channels: number): TensorProto | null {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const slice = producers.get(offset);
  const both = slice?.input[0] ?? '';
  const conv = producers.get(both);
  if (!slice || conv?.opType !== 'Conv' || consumers.get(offset)?.length !== 1) return null;
  if (graph.output.some(({ name }) => name === offset || name === both)) return null;
  const own = channelsOf(graph, slice);
  if (own?.begin !== 0 || own.end !== channels) return null;
  const others = (consumers.get(both) ?? []).filter((node) => node !== slice);
  if (!others.every((node) => (channelsOf(graph, node)?.begin ?? 0) >= channels)) return null;
  const bias = initializersOf(graph).get(conv.input[2] ?? '');
  const fits = bias?.dataType === TensorProto_DataType.FLOAT && consumers.get(bias.name)?.length === 1;
  return fits ? bias : null;
}

/** Range of channels of a `Slice` with constants on axis 1; null for any other node. */
function channelsOf(graph: GraphProto, node: NodeProto): { readonly begin: number; readonly end: number } | null {
  if (node.opType !== 'Slice') return null;
  const constants = initializersOf(graph);
  const [begin, end, axis, step] = node.input.slice(1).map((name) => {
    const tensor = constants.get(name);
    const numbers = tensor ? [...intsFromTensor(tensor)].map(Number) : [];
    return numbers.length === 1 ? numbers[0] : undefined;
  });
  const whole = node.input.length < 5 || step === 1;
  if (begin === undefined || end === undefined || axis !== 1 || !whole || begin < 0 || end < 0) return null;
  return { begin, end };
}
