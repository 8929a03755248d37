import {
  floatsFromTensor,
  intOfAttribute,
  intsOfAttribute,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';

/** Weights in fragments as [outputs, inputs, 3, 3], from the words of plugins/dcnv2/README.md. */
function oihwFromFragments(tensor: TensorProto, outputs: number): { data: Float32Array; dims: number[] } {
  const [taps, chunks, blocks, vectors, lanes, elements] = tensor.dims.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const inputs = chunks * vectors * 32;
  const packed = floatsFromTensor(tensor);
  const data = new Float32Array(outputs * inputs * taps);
  let at = 0;
  for (let tap = 0; tap < taps; tap++)
    for (let chunk = 0; chunk < chunks; chunk++)
      for (let block = 0; block < blocks; block++)
        for (let v = 0; v < vectors; v++)
          for (let lane = 0; lane < lanes; lane++)
            for (let i = 0; i < elements; i++) {
              const output = block * 8 + Math.floor(lane / 4);
              const input = chunk * vectors * 32 + v * 32 + (lane % 4) * 8 + i;
              const value = packed[at++] as number;
              if (output < outputs) data[(output * inputs + input) * taps + tap] = value;
              else if (value !== 0)
                throw new Error(`Expected 0 for output ${output} of ${outputs} but received ${value}`);
            }
  return { data, dims: [outputs, inputs, 3, 3] };
}

/** A FairmotDCNv2 with its own offset convolution as a Conv and a FairmotDCNv2 without, with the tensors they need. */
export function standardFusedDeformable(
  node: NodeProto,
  initializers: readonly TensorProto[],
): { nodes: NodeProto[]; plugin: NodeProto; tensors: TensorProto[] } {
  const named = (part: string) => `${node.name}.${part}`;
  const [input, offsetWeight, offsetBias, weight, bias] = node.input as [string, string, string, string, string];
  const unpacked = (name: string, outputs: number, as: string) => {
    const packed = initializers.find((tensor) => tensor.name === name) as TensorProto;
    const { data, dims } = oihwFromFragments(packed, outputs);
    return tensorFromFloats(named(as), dims, data, packed.dataType === 10 ? 'float16' : 'float32');
  };
  const tensors = [
    unpacked(offsetWeight, 27, 'offset_weight'),
    unpacked(weight, intOfAttribute(node, 'out_channels', 0), 'weight'),
  ];
  const ints = (name: string) => intsOfAttribute(node, name, []);
  const convolution = nodeFrom({
    op: 'Conv',
    name: named('offsets'),
    inputs: [input, named('offset_weight'), offsetBias],
    outputs: [named('offsets')],
    attributes: {
      kernel_shape: [3, 3],
      strides: ints('stride'),
      pads: [...ints('padding'), ...ints('padding')],
      dilations: ints('dilation'),
    },
  });
  const plugin = nodeFrom({
    op: node.opType,
    name: node.name,
    inputs: [input, named('offsets'), named('weight'), bias],
    outputs: [...node.output],
    attributes: {
      ...Object.fromEntries(['stride', 'padding', 'dilation'].map((name) => [name, ints(name)])),
      offset_mask: 1,
      mask_activation: intOfAttribute(node, 'mask_activation', 0),
      relu: intOfAttribute(node, 'relu', 0),
    },
  });
  return { nodes: [convolution], plugin, tensors };
}
