import {
  floatsFromTensor,
  intOfAttribute,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
  tensorFromInt8s,
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

/** A FairmotQuantizedRoot as DequantizeLinear, Concat, Conv, Relu and QuantizeLinear, with the tensors they need. */
export function standardQuantizedRoot(
  node: NodeProto,
  initializers: readonly TensorProto[],
): { nodes: NodeProto[]; tensors: TensorProto[] } {
  const maps = node.input.slice(0, intOfAttribute(node, 'maps', 0));
  const [weights, factors, bias, scale, ...rest] = node.input
    .slice(maps.length)
    .map((name) => initializers.find((tensor) => tensor.name === name));
  if (maps.length < 2 || weights?.dataType !== 6 || !factors || bias?.dataType !== 1 || !scale || rest.length > 0)
    throw new Error('Expected maps, int32 weights, factors, a float32 bias and a scale');
  const named = (part: string) => `${node.name}.${part}`;
  const each = floatsFromTensor(factors);
  const row = new Int8Array(weights.rawData).length / each.length;
  const floats = Float32Array.from(new Int8Array(weights.rawData), (w, i) => w * (each[Math.floor(i / row)] as number));
  const tensors = [
    tensorFromFloats(named('w'), [each.length, row, 1, 1], floats),
    tensorFromFloats(named('b'), [each.length], floatsFromTensor(bias)),
    tensorFromFloats(named('one'), [], Float32Array.of(1)),
    tensorFromFloats(named('scale'), [], floatsFromTensor(scale)),
    tensorFromInt8s(named('zero'), [], new Int8Array(1)),
  ];
  const step = (op: string, inputs: string[], output: string, attributes = {}) =>
    nodeFrom({ op, name: output, inputs, outputs: [output], attributes });
  const floatMaps = maps.map((_, i) => named(`x${i}`));
  const nodes = [
    ...maps.map((map, i) => step('DequantizeLinear', [map, named('one'), named('zero')], floatMaps[i] as string)),
    step('Concat', floatMaps, named('cat'), { axis: 1 }),
    step('Conv', [named('cat'), named('w'), named('b')], named('conv')),
    step('Relu', [named('conv')], named('relu')),
    step('QuantizeLinear', [named('relu'), named('scale'), named('zero')], node.output[0] as string),
  ];
  return { nodes, tensors };
}
