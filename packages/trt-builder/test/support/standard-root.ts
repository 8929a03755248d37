import {
  floatsFromTensor,
  intOfAttribute,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';

/** A FairmotRoot as Concat, Conv and Relu, with the tensors they need. */
export function standardRoot(
  node: NodeProto,
  initializers: readonly TensorProto[],
): { nodes: NodeProto[]; tensors: TensorProto[] } {
  const maps = node.input.slice(0, intOfAttribute(node, 'maps', 0));
  const [weights, bias, ...rest] = node.input
    .slice(maps.length)
    .map((name) => initializers.find((tensor) => tensor.name === name));
  if (maps.length < 2 || !weights || bias?.dataType !== 1 || rest.length > 0)
    throw new Error('Expected maps, weights and a float32 bias');
  const type = weights.dataType === 10 ? 'float16' : 'float32';
  const named = (part: string) => `${node.name}.${part}`;
  const tensors = [
    tensorFromFloats(named('w'), [...weights.dims.map(Number), 1, 1], floatsFromTensor(weights), type),
    tensorFromFloats(named('b'), bias.dims.map(Number), floatsFromTensor(bias), type),
  ];
  const nodes = [
    nodeFrom({ op: 'Concat', name: named('cat'), inputs: maps, outputs: [named('cat')], attributes: { axis: 1 } }),
    nodeFrom({
      op: 'Conv',
      name: named('conv'),
      inputs: [named('cat'), named('w'), named('b')],
      outputs: [named('conv')],
    }),
    nodeFrom({ op: 'Relu', name: named('relu'), inputs: [named('conv')], outputs: [node.output[0] as string] }),
  ];
  return { nodes, tensors };
}
