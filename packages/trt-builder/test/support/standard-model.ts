import {
  intOfAttribute,
  intsOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  tensorFromInts,
} from '@trt-fairmot/onnx-export';
import { updated } from '../../src/graph/updated.js';
import { graph } from './models.js';

/**
 * The model with each FairmotDCNv2 written in ONNX's own operators, from the plugin's documentation alone, so that ONNX
 * Runtime can tell what a fused graph computes.
 */
export function standardModel(model: ModelProto): ModelProto {
  const { node, initializer } = graph(model);
  const bounds = new Set<number>();
  const nodes = node.flatMap((candidate) =>
    candidate.opType === 'FairmotDCNv2' ? standardNodes(candidate, model, bounds) : [candidate],
  );
  const ints = [...bounds].map((bound) => tensorFromInts(`int_${bound}`, [1], [bound]));
  return updated(model, {
    graph: updated(graph(model), { node: nodes, initializer: [...initializer, ...ints] }),
    opsetImport: model.opsetImport.map((entry) => updated(entry, { version: 19n })),
    irVersion: 9n,
  });
}

function standardNodes(node: NodeProto, model: ModelProto, bounds: Set<number>): NodeProto[] {
  const fused = node.input.length === 4;
  const [input, offset, mask, weight, bias] = fused
    ? [node.input[0], `${node.name}.offset`, `${node.name}.mask`, node.input[2], node.input[3]]
    : node.input;
  const shape = graph(model)
    .initializer.find(({ name }) => name === weight)
    ?.dims.map(Number) as number[];
  const group = intOfAttribute(node, 'deformable_group', 1);
  const taps = group * (shape[2] as number) * (shape[3] as number);
  const relu = intOfAttribute(node, 'relu', 0) === 1;
  const output = node.output[0] as string;
  const pads = intsOfAttribute(node, 'padding', []);
  const convolution = nodeFrom({
    op: 'DeformConv',
    name: `${node.name}.deform`,
    inputs: [input, weight, offset, bias, mask] as string[],
    outputs: [relu ? `${output}.linear` : output],
    attributes: {
      strides: intsOfAttribute(node, 'stride', []),
      pads: [...pads, ...pads],
      dilations: intsOfAttribute(node, 'dilation', []),
      group: intOfAttribute(node, 'groups', 1),
      offset_group: group,
    },
  });
  const cut = fused ? cutNodes(node, taps, bounds) : [];
  const rectify = relu
    ? [nodeFrom({ op: 'Relu', name: `${node.name}.relu`, inputs: [`${output}.linear`], outputs: [output] })]
    : [];
  return [...cut, convolution, ...rectify];
}

function cutNodes(node: NodeProto, taps: number, bounds: Set<number>): NodeProto[] {
  for (const bound of [0, 1, 2 * taps, 3 * taps]) bounds.add(bound);
  const slice = (output: string, begin: number, end: number) =>
    nodeFrom({
      op: 'Slice',
      name: output,
      inputs: [node.input[1] as string, `int_${begin}`, `int_${end}`, 'int_1'],
      outputs: [output],
    });
  return [
    slice(`${node.name}.offset`, 0, 2 * taps),
    slice(`${node.name}.logits`, 2 * taps, 3 * taps),
    nodeFrom({
      op: 'Sigmoid',
      name: `${node.name}.mask`,
      inputs: [`${node.name}.logits`],
      outputs: [`${node.name}.mask`],
    }),
  ];
}
