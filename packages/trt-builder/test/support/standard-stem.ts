import {
  floatsFromTensor,
  intOfAttribute,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';

/** Place of a weight in the packed array: the inverse of what the pass does, from plugins/stem/README.md. */
export function placeOfStemWeight(layer: number, out: number, channel: number, row: number, column: number): number {
  const place = (step: number, quad: number, word: number, half: number) =>
    step * 256 + ((out % 8) * 4 + quad) * 8 + Math.floor((out % 16) / 8) * 4 + word * 2 + half;
  if (layer > 0) {
    const block = layer === 1 ? 0 : 1 + Math.floor(out / 16);
    return place(
      11 + 9 * block + row * 3 + column,
      Math.floor((channel % 8) / 2),
      Math.floor(channel / 8),
      channel % 2,
    );
  }
  if (channel === 0) return place(row, column % 4, 1, Math.floor(column / 4));
  if (column < 4) return place(row, column, 0, channel - 1);
  return place(7 + Math.floor(row / 2), column - 4, row % 2, channel - 1);
}

const stemLayers = [
  { kernel: 7, stride: 1, firstBias: 0 },
  { kernel: 3, stride: 1, firstBias: 16 },
  { kernel: 3, stride: 2, firstBias: 32 },
] as const;

/** A FairmotStem as Conv and Relu nodes, with the tensors they need. */
export function standardStem(
  node: NodeProto,
  initializers: readonly TensorProto[],
): { nodes: NodeProto[]; tensors: TensorProto[] } {
  const [input, weights, bias] = node.input.map((name) => initializers.find((tensor) => tensor.name === name));
  if (input || !weights || !bias) throw new Error('Expected a computed input, and weights and bias that are constants');
  const type = weights.dataType === 10 ? 'float16' : 'float32';
  const [packed, biases] = [floatsFromTensor(weights), floatsFromTensor(bias)];
  const widths = ['base_channels', 'level0_channels', 'level1_channels'].map((name) => intOfAttribute(node, name, 0));
  const named = (part: string) => `${node.name}.${part}`;
  const tensors: TensorProto[] = [];
  const nodes = [
    nodeFrom({
      op: 'Cast',
      name: named('in'),
      inputs: [node.input[0] as string],
      outputs: [named('in')],
      attributes: { to: type === 'float16' ? 10 : 1 },
    }),
  ];
  let source = named('in');
  for (const [layer, { kernel, stride, firstBias }] of stemLayers.entries()) {
    const [out, channels] = [widths[layer] as number, layer === 0 ? 3 : (widths[layer - 1] as number)];
    const values = Float32Array.from({ length: out * channels * kernel * kernel }, (_, i) => {
      const [o, rest] = [Math.floor(i / (channels * kernel * kernel)), i % (channels * kernel * kernel)];
      const [row, column] = [Math.floor(rest / kernel) % kernel, rest % kernel];
      return packed[placeOfStemWeight(layer, o, Math.floor(rest / (kernel * kernel)), row, column)] as number;
    });
    tensors.push(
      tensorFromFloats(named(`w${layer}`), [out, channels, kernel, kernel], values, type),
      tensorFromFloats(named(`b${layer}`), [out], biases.slice(firstBias, firstBias + out), type),
    );
    const result = layer === 2 ? (node.output[0] as string) : named(`y${layer}`);
    nodes.push(
      nodeFrom({
        op: 'Conv',
        name: named(`c${layer}`),
        inputs: [source, named(`w${layer}`), named(`b${layer}`)],
        outputs: [named(`x${layer}`)],
        attributes: { strides: [stride, stride], pads: Array(4).fill((kernel - 1) / 2) },
      }),
      nodeFrom({ op: 'Relu', name: named(`r${layer}`), inputs: [named(`x${layer}`)], outputs: [result] }),
    );
    source = result;
  }
  return { nodes, tensors };
}

/** A FairmotUpsampleAdd as ConvTranspose and Add. */
export function standardUpsampleAdd(node: NodeProto, initializers: readonly TensorProto[]): NodeProto[] {
  const [x, skip, weights] = node.input as [string, string, string];
  const [kernel, , channels] = (initializers.find(({ name }) => name === weights) as TensorProto).dims.map(Number) as [
    number,
    number,
    number,
  ];
  const named = (part: string) => `${node.name}.${part}`;
  return [
    // [2f, 2f, C] as [C, 2f, 2f], then with an axis of one
    nodeFrom({
      op: 'Transpose',
      name: named('t'),
      inputs: [weights],
      outputs: [named('t')],
      attributes: { perm: [2, 0, 1] },
    }),
    nodeFrom({ op: 'Unsqueeze', name: named('w'), inputs: [named('t'), 'int_1'], outputs: [named('w')] }),
    nodeFrom({
      op: 'ConvTranspose',
      name: named('up'),
      inputs: [x, named('w')],
      outputs: [named('up')],
      attributes: { strides: [kernel / 2, kernel / 2], pads: Array(4).fill(kernel / 4), group: channels },
    }),
    nodeFrom({ op: 'Add', name: named('add'), inputs: [named('up'), skip], outputs: [node.output[0] as string] }),
  ];
}
