import { type ModelProto, type NodeProto, nodeFrom, type TensorProto, tensorFromInts } from '@trt-fairmot/onnx-export';
import { float, modelOf, randomTensor } from './models.js';

/** Shape of a deformable convolution under test. */
export interface DeformableCase {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
  readonly deformableGroups: number;
  readonly size: readonly [number, number];
  readonly batch: number;
}

export const plainCase: DeformableCase = {
  inChannels: 4,
  outChannels: 6,
  kernel: [3, 3],
  stride: 1,
  padding: 1,
  dilation: 1,
  groups: 1,
  deformableGroups: 1,
  size: [7, 9],
  batch: 2,
};

/** How the convolution is written. */
export interface DeformableForm {
  readonly op?: 'DeformConv' | 'DCNv2' | 'DCNv2-lists' | 'ModulatedDeformConv2d' | 'MMCVModulatedDeformConv2d';
  readonly cut?: 'slice' | 'chunk' | 'none';
  readonly sigmoid?: boolean;
  readonly mask?: boolean;
  readonly bias?: boolean;
  readonly relu?: boolean;
}

export function outSize(size: number, kernel: number, { stride, padding, dilation }: DeformableCase): number {
  return Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/** x -> convolution of offset and mask -> deformable convolution -> [Relu] -> y, offsets of several pixels. */
export function deformableModel(c: DeformableCase, form: DeformableForm = {}): ModelProto {
  const { op = 'DeformConv', cut = 'slice', sigmoid = true, mask = true, bias = true, relu = true } = form;
  const [kh, kw] = c.kernel;
  const taps = c.deformableGroups * kh * kw;
  const initializers: TensorProto[] = [
    randomTensor('weight', [c.outChannels, c.inChannels / c.groups, kh, kw], 1),
    ...(bias ? [randomTensor('bias', [c.outChannels], 2)] : []),
    randomTensor('offset_mask.weight', [3 * taps, c.inChannels, kh, kw], 3, 0.8),
    randomTensor('offset_mask.bias', [3 * taps], 4, 2),
  ];
  const nodes: NodeProto[] = [
    nodeFrom({
      op: 'Conv',
      name: 'offset_mask',
      inputs: ['x', 'offset_mask.weight', 'offset_mask.bias'],
      outputs: ['offset_mask'],
      attributes: {
        kernel_shape: [kh, kw],
        strides: [c.stride, c.stride],
        pads: Array(4).fill(c.padding),
        dilations: [c.dilation, c.dilation],
      },
    }),
    ...cutNodes(cut, taps, initializers),
  ];
  const logits = cut === 'none' ? 'offset_mask' : 'logits';
  if (mask && sigmoid) nodes.push(nodeFrom({ op: 'Sigmoid', name: 'sigmoid', inputs: [logits], outputs: ['mask'] }));
  const maskName = mask ? (sigmoid ? 'mask' : logits) : '';
  const output = relu ? 'linear' : 'y';
  nodes.push(deformableNode(op, c, { mask: maskName, bias: bias ? 'bias' : '', output }));
  if (relu) nodes.push(nodeFrom({ op: 'Relu', name: 'relu', inputs: ['linear'], outputs: ['y'] }));
  const out = [outSize(c.size[0], kh, c), outSize(c.size[1], kw, c)];
  return modelOf({
    nodes,
    initializers,
    inputs: [float('x', ['batch', c.inChannels, ...c.size])],
    outputs: [float('y', ['batch', c.outChannels, ...out])],
  });
}

/** offset and logits cut from offset_mask: by Slice, or by torch.chunk and torch.cat (Split and Concat). */
function cutNodes(cut: 'slice' | 'chunk' | 'none', taps: number, initializers: TensorProto[]): NodeProto[] {
  if (cut === 'chunk') {
    return [
      nodeFrom({
        op: 'Split',
        name: 'chunk',
        inputs: ['offset_mask', 'sizes'],
        outputs: ['o1', 'o2', 'logits'],
        attributes: { axis: 1 },
      }),
      nodeFrom({ op: 'Concat', name: 'cat', inputs: ['o1', 'o2'], outputs: ['offset'], attributes: { axis: 1 } }),
      ...(initializers.push(tensorFromInts('sizes', [3], [taps, taps, taps])) ? [] : []),
    ];
  }
  initializers.push(tensorFromInts('zero', [1], [0]), tensorFromInts('two', [1], [2 * taps]));
  initializers.push(tensorFromInts('three', [1], [3 * taps]), tensorFromInts('axis', [1], [1]));
  return [
    nodeFrom({ op: 'Slice', name: 'offset', inputs: ['offset_mask', 'zero', 'two', 'axis'], outputs: ['offset'] }),
    nodeFrom({ op: 'Slice', name: 'logits', inputs: ['offset_mask', 'two', 'three', 'axis'], outputs: ['logits'] }),
  ];
}

function deformableNode(
  op: NonNullable<DeformableForm['op']>,
  c: DeformableCase,
  { mask, bias, output }: { mask: string; bias: string; output: string },
): NodeProto {
  const common = { name: 'dcn', outputs: [output] };
  const twice = (value: number) => [value, value];
  const lists = { stride: twice(c.stride), padding: twice(c.padding), dilation: twice(c.dilation) };
  const inputs = ['x', 'offset', mask, 'weight', ...(bias ? [bias] : [])];
  if (op === 'DCNv2') {
    const attributes = {
      stride: c.stride,
      padding: c.padding,
      dilation: c.dilation,
      groups: c.groups,
      deformable_group: c.deformableGroups,
    };
    return nodeFrom({ ...common, op, inputs, attributes });
  }
  if (op === 'DCNv2-lists') {
    return nodeFrom({
      ...common,
      op: 'DCNv2',
      inputs,
      attributes: { ...lists, groups: c.groups, deformable_group: c.deformableGroups },
    });
  }
  if (op === 'ModulatedDeformConv2d') {
    return nodeFrom({
      ...common,
      op,
      inputs,
      attributes: { ...lists, group: c.groups, deformable_group: c.deformableGroups },
    });
  }
  if (op === 'MMCVModulatedDeformConv2d') {
    const attributes = { ...lists, groups: c.groups, deform_groups: c.deformableGroups };
    return nodeFrom({ ...common, op, domain: 'mmdeploy', inputs, attributes });
  }
  return nodeFrom({
    ...common,
    op,
    inputs: ['x', 'weight', 'offset', bias, mask].slice(0, mask ? 5 : bias ? 4 : 3),
    attributes: {
      strides: twice(c.stride),
      pads: Array(4).fill(c.padding),
      dilations: twice(c.dilation),
      group: c.groups,
      offset_group: c.deformableGroups,
    },
  });
}
