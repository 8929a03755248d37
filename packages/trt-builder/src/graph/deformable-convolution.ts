import { intOfAttribute, intsOfAttribute, type NodeProto } from '@trt-fairmot/onnx-export';
import type { GraphIndex } from './graph-index.js';
import { updated } from './updated.js';

type Pair = readonly [height: number, width: number];

/** A modulated deformable convolution, whichever operator says it. */
export interface DeformableConvolution {
  readonly node: NodeProto;
  readonly input: string;
  /** [N, 2 * deformableGroups * kernel, H, W]: per group and tap (dy, dx). */
  readonly offset: string;
  /** [N, deformableGroups * kernel, H, W]; null where every tap counts fully. */
  readonly mask: string | null;
  /** [outChannels, inChannels / groups, kernel height, kernel width] */
  readonly weight: string;
  readonly bias: string | null;
  readonly outChannels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly deformableGroups: number;
}

interface Spelling {
  readonly inputs: readonly string[];
  readonly stride: string;
  readonly padding: string;
  readonly dilation: string;
  readonly groups: string;
  readonly deformableGroups: string;
  /** Padding of a node that says none. */
  readonly defaultPadding: number;
}

const pluginSpelling: Spelling = {
  inputs: ['input', 'offset', 'mask', 'weight', 'bias'],
  stride: 'stride',
  padding: 'padding',
  dilation: 'dilation',
  groups: 'groups',
  deformableGroups: 'deformable_group',
  defaultPadding: 0,
};

/** Operators that are modulated deformable convolutions, and how each names its parameters. */
const spellings: Readonly<Record<string, Spelling>> = {
  // ONNX, opset 19
  DeformConv: {
    inputs: ['input', 'weight', 'offset', 'bias', 'mask'],
    stride: 'strides',
    padding: 'pads',
    dilation: 'dilations',
    groups: 'group',
    deformableGroups: 'offset_group',
    defaultPadding: 0,
  },
  // TensorRT-CenterNet's exporter; its importer takes padding 1 where the node says none
  DCNv2: { ...pluginSpelling, defaultPadding: 1 },
  // TensorRT's own plugin
  ModulatedDeformConv2d: { ...pluginSpelling, groups: 'group' },
  // mmdeploy
  MMCVModulatedDeformConv2d: { ...pluginSpelling, deformableGroups: 'deform_groups' },
};

/** Whether a node is a deformable convolution that {@link deformableConvolutionFrom} can read. */
export function isDeformable(node: NodeProto): boolean {
  return node.opType in spellings;
}

/**
 * Reads a deformable convolution.
 *
 * @returns what it computes, or one sentence on why our plugin cannot
 */
export function deformableConvolutionFrom(index: GraphIndex, node: NodeProto): DeformableConvolution | string {
  const spelling = spellings[node.opType] as Spelling;
  const at = (role: string) => node.input[spelling.inputs.indexOf(role)] || null;
  const [input, offset, weight] = [at('input'), at('offset'), at('weight')];
  if (!input || !offset || !weight) return `${node.opType} ${node.name} lacks an input`;
  const shape = index.shape(weight);
  if (shape?.length !== 4 || shape.includes(null)) return `${node.opType} ${node.name} has weights of unknown shape`;
  const [outChannels, , ...kernel] = shape as number[];
  const padding = intsOfAttribute(node, spelling.padding, [spelling.defaultPadding]);
  if (padding.length === 4 && (padding[0] !== padding[2] || padding[1] !== padding[3])) {
    return `${node.opType} ${node.name} pads its sides unequally (${padding})`;
  }
  return {
    node,
    input,
    offset,
    mask: at('mask'),
    weight,
    bias: at('bias'),
    outChannels: outChannels as number,
    kernel: pair(kernel),
    stride: pair(intsOfAttribute(node, spelling.stride, [1])),
    padding: pair(padding),
    dilation: pair(intsOfAttribute(node, spelling.dilation, [1])),
    groups: intOfAttribute(node, spelling.groups, 1),
    deformableGroups: intOfAttribute(node, spelling.deformableGroups, 1),
  };
}

/** The node with another weight, bias and output. */
export function withOperands(node: NodeProto, operands: { weight: string; bias: string; output: string }): NodeProto {
  const { inputs } = spellings[node.opType] as Spelling;
  const input = inputs.map((role, i) =>
    role === 'weight' || role === 'bias' ? operands[role] : (node.input[i] ?? ''),
  );
  while (input.at(-1) === '') input.pop();
  return updated(node, { input, output: [operands.output] });
}

function pair([height = 1, width = height]: readonly number[]): Pair {
  return [height, width];
}
