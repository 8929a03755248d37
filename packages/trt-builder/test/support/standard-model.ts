import {
  intOfAttribute,
  intsOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromInts,
} from '@trt-fairmot/onnx-export';
import { updated } from '../../src/graph/updated.js';
import { graph } from './models.js';
import { standardFusedDeformable } from './standard-fused-deformable.js';
import { standardQuantizedRoot, standardRoot } from './standard-root.js';
import { standardStem, standardUpsampleAdd } from './standard-stem.js';

/**
 * The model with each node of our plugins written in ONNX's own operators, from the plugin's documentation alone, so that ONNX
 * Runtime can tell what a fused graph computes.
 */
export function standardModel(model: ModelProto): ModelProto {
  const { node, initializer } = graph(model);
  const bounds = new Set<number>();
  const tensors: TensorProto[] = [];
  const nodes = node.flatMap((candidate) => {
    if (intOfAttribute(candidate, 'offset_convolution', 0) === 1) {
      const fused = standardFusedDeformable(candidate, initializer);
      tensors.push(...fused.tensors);
      return [...fused.nodes, ...standardNodes(fused.plugin, updatedGraph(model, fused.tensors), bounds)];
    }
    if (candidate.opType === 'FairmotDCNv2') return standardNodes(candidate, model, bounds);
    if (candidate.opType === 'FairmotHeatMap') return heatMapNodes(candidate);
    if (candidate.opType === 'FairmotUpsampleAdd') {
      bounds.add(1);
      return standardUpsampleAdd(candidate, initializer);
    }
    if (candidate.opType === 'FairmotRoot' || candidate.opType === 'FairmotQuantizedRoot') {
      const standard = candidate.opType === 'FairmotRoot' ? standardRoot : standardQuantizedRoot;
      const root = standard(candidate, initializer);
      tensors.push(...root.tensors);
      return root.nodes;
    }
    if (candidate.opType !== 'FairmotStem') return [candidate];
    const stem = standardStem(candidate, initializer);
    tensors.push(...stem.tensors);
    return stem.nodes;
  });
  const ints = [...bounds].map((bound) => tensorFromInts(`int_${bound}`, [1], [bound]));
  return updated(model, {
    graph: updated(graph(model), { node: nodes, initializer: [...initializer, ...ints, ...tensors] }),
    opsetImport: model.opsetImport.map((entry) => updated(entry, { version: 19n })),
    irVersion: 9n,
  });
}

function updatedGraph(model: ModelProto, tensors: readonly TensorProto[]): ModelProto {
  const inner = graph(model);
  return updated(model, { graph: updated(inner, { initializer: [...inner.initializer, ...tensors] }) });
}

function standardNodes(node: NodeProto, model: ModelProto, bounds: Set<number>): NodeProto[] {
  const flag = (name: string) => intOfAttribute(node, name, 0) === 1;
  const named = (part: string) => `${node.name}.${part}`;
  const [input, offsetOrBoth, ...others] = node.input as [string, string, ...string[]];
  const given = flag('offset_mask') ? named('cut_mask') : (others.shift() as string);
  const [weight, bias = ''] = others as [string, string?];
  const group = intOfAttribute(node, 'deformable_group', 1);
  const taps = group * kernelSize(model, weight, flag('weight_layout'));
  const nodes = flag('offset_mask') ? cutNodes(offsetOrBoth, named, taps, bounds) : [];
  if (flag('mask_activation'))
    nodes.push(nodeFrom({ op: 'Sigmoid', name: named('mask'), inputs: [given], outputs: [named('mask')] }));
  const perm = [0, 3, 1, 2];
  const standardWeight = flag('weight_layout') ? named('oihw') : weight;
  if (flag('weight_layout')) {
    nodes.push(
      nodeFrom({
        op: 'Transpose',
        name: standardWeight,
        inputs: [weight],
        outputs: [standardWeight],
        attributes: { perm },
      }),
    );
  }
  const output = node.output[0] as string;
  const pads = intsOfAttribute(node, 'padding', []);
  nodes.push(
    nodeFrom({
      op: 'DeformConv',
      name: named('deform'),
      inputs: [
        ...[input, standardWeight, flag('offset_mask') ? named('cut_offset') : offsetOrBoth],
        ...[bias, flag('mask_activation') ? named('mask') : given],
      ],
      outputs: [flag('relu') ? named('linear') : output],
      attributes: {
        strides: intsOfAttribute(node, 'stride', []),
        pads: [...pads, ...pads],
        dilations: intsOfAttribute(node, 'dilation', []),
        group: intOfAttribute(node, 'groups', 1),
        offset_group: group,
      },
    }),
  );
  if (flag('relu'))
    nodes.push(nodeFrom({ op: 'Relu', name: named('relu'), inputs: [named('linear')], outputs: [output] }));
  return nodes;
}

function kernelSize(model: ModelProto, weight: string, channelsLast: boolean): number {
  const shape = graph(model)
    .initializer.find(({ name }) => name === weight)
    ?.dims.map(Number) as number[];
  const [height, width] = shape.slice(channelsLast ? 1 : 2) as [number, number];
  return height * width;
}

function cutNodes(both: string, named: (part: string) => string, taps: number, bounds: Set<number>): NodeProto[] {
  for (const bound of [0, 1, 2 * taps, 3 * taps]) bounds.add(bound);
  const slice = (output: string, begin: number, end: number) =>
    nodeFrom({ op: 'Slice', name: output, inputs: [both, `int_${begin}`, `int_${end}`, 'int_1'], outputs: [output] });
  return [slice(named('cut_offset'), 0, 2 * taps), slice(named('cut_mask'), 2 * taps, 3 * taps)];
}

/** In float32, from weights [hidden, 3, 3, features] and [1, hidden]. */
function heatMapNodes(node: NodeProto): NodeProto[] {
  const [features, first, firstBias, second, secondBias] = node.input as [string, string, string, string, string];
  const named = (part: string) => `${node.name}.${part}`;
  const step = (op: string, inputs: string[], part: string, attributes = {}) =>
    nodeFrom({ op, name: named(part), inputs, outputs: [named(part)], attributes });
  return [
    step('Cast', [features], 'features', { to: 1 }),
    step('Cast', [first], 'weight', { to: 1 }),
    step('Transpose', [named('weight')], 'oihw', { perm: [0, 3, 1, 2] }),
    step('Conv', [named('features'), named('oihw'), firstBias], 'hidden', { pads: [1, 1, 1, 1] }),
    step('Relu', [named('hidden')], 'relu'),
    step('Transpose', [second], 'column', { perm: [1, 0] }),
    step('Transpose', [named('relu')], 'nhwc', { perm: [0, 2, 3, 1] }),
    step('MatMul', [named('nhwc'), named('column')], 'product'),
    step('Add', [named('product'), secondBias], 'sum'),
    nodeFrom({
      op: 'Transpose',
      name: named('hm'),
      inputs: [named('sum')],
      outputs: node.output,
      attributes: { perm: [0, 3, 1, 2] },
    }),
  ];
}
