import {
  floatsFromTensor,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
  tensorFromInts,
} from '@trt-fairmot/onnx-export';
import { channelRange } from '../graph/channel-range.js';
import { channelsLast } from '../graph/channels-last.js';
import {
  type DeformableConvolution,
  deformableConvolutionFrom,
  isDeformable,
} from '../graph/deformable-convolution.js';
import { floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { graphOf, type PassResult, withReplaced } from './pass.js';
import { pluginOp } from './plugin-node.js';

/**
 * Writes every deformable convolution (`DeformConv` of ONNX, `DCNv2` of the TensorRT-CenterNet exporter,
 * `ModulatedDeformConv2d`, `MMCVModulatedDeformConv2d`) as a node of our plugin, `FairmotDCNv2`.
 *
 * - Offset and mask that are cut from one tensor of 3 * deformableGroups * kernel channels go in as that tensor
 *   (`offset_mask` 1: inputs input, offset_mask, weight), else apart (inputs input, offset, mask, weight).
 * - A Sigmoid before the mask moves inside (`mask_activation` 1). A missing mask becomes ones.
 * - A Relu behind it moves inside where nothing else needs the value before it (`relu` 1).
 * - Weights are laid out [out, kernel height, kernel width, in / groups] (`weight_layout` 1), as the kernels read them.
 *
 * @example
 * const { model: fused, changed } = fuseDeformConv(model); // changed: 16 for FairMOT's DLA-34
 */
export function fuseDeformConv(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const fusion = new Fusion(graph);
  for (const candidate of graph.node) if (isDeformable(candidate)) fusion.consider(candidate);
  const fused = withReplaced(model, fusion.replacements, fusion.initializers);
  return { model: fused, changed: fusion.changed, notes: fusion.notes };
}

class Fusion {
  readonly replacements = new Map<NodeProto, NodeProto[]>();
  readonly initializers: TensorProto[] = [];
  readonly notes: string[] = [];
  changed = 0;
  readonly #index: GraphIndex;
  readonly #names: UnusedNames;
  /** Names of rearranged weights by the names of the weights. */
  readonly #channelsLast = new Map<string, string>();

  constructor(graph: GraphProto) {
    this.#index = new GraphIndex(graph);
    this.#names = new UnusedNames(graph);
  }

  consider(node: NodeProto): void {
    const convolution = deformableConvolutionFrom(this.#index, node);
    if (typeof convolution === 'string') {
      this.notes.push(`${convolution}, so it stays as it is`);
      return;
    }
    this.changed += 1;
    this.replacements.set(node, this.#pluginNodes(convolution));
  }

  #pluginNodes(convolution: DeformableConvolution): NodeProto[] {
    const { node, input, offset, bias } = convolution;
    const sigmoid = this.#sigmoidBefore(convolution.mask);
    const ones = convolution.mask ? [] : this.#ones(convolution);
    const mask = sigmoid?.input[0] ?? convolution.mask ?? (ones.at(-1)?.output[0] as string);
    const offsetMask = this.#tensorOfBoth(convolution, mask);
    const { weight, layout } = this.#weightAsRead(convolution.weight);
    const output = node.output[0] as string;
    const relu = this.#absorbedRelu(output);
    const plugin = nodeFrom({
      op: pluginOp,
      name: node.name || output,
      inputs: [input, ...(offsetMask ? [offsetMask] : [offset, mask]), weight, ...(bias ? [bias] : [])],
      outputs: [relu?.output[0] ?? output],
      attributes: {
        stride: convolution.stride,
        padding: convolution.padding,
        dilation: convolution.dilation,
        groups: convolution.groups,
        deformable_group: convolution.deformableGroups,
        offset_mask: offsetMask ? 1 : 0,
        mask_activation: sigmoid ? 1 : 0,
        weight_layout: layout,
        relu: relu ? 1 : 0,
      },
    });
    return [...ones, plugin];
  }

  #sigmoidBefore(mask: string | null): NodeProto | null {
    const producer = mask ? this.#index.producer(mask) : null;
    return producer?.opType === 'Sigmoid' ? producer : null;
  }

  /** The tensor that holds the offsets, then the mask (or its logits), and nothing else, if there is one. */
  #tensorOfBoth({ offset, kernel, deformableGroups }: DeformableConvolution, mask: string): string | null {
    const offsets = channelRange(this.#index, offset);
    const masks = channelRange(this.#index, mask);
    const taps = deformableGroups * kernel[0] * kernel[1];
    if (!offsets || !masks || offsets.value !== masks.value) return null;
    const inOrder =
      offsets.begin === 0 && offsets.end === 2 * taps && masks.begin === 2 * taps && masks.end === 3 * taps;
    return inOrder && this.#index.channels(masks.value) === 3 * taps ? masks.value : null;
  }

  /** Weights given as numbers, [O, kh, kw, I] (layout 1); computed ones stay [O, I, kh, kw] (layout 0). */
  #weightAsRead(weight: string): { weight: string; layout: 0 | 1 } {
    const tensor = this.#index.constant(weight);
    if (!tensor) return { weight, layout: 0 };
    const name = this.#channelsLast.get(weight) ?? this.#names.next(`${weight}_ohwi`);
    if (!this.#channelsLast.has(weight)) this.initializers.push(channelsLastTensor(name, tensor));
    this.#channelsLast.set(weight, name);
    return { weight: name, layout: 1 };
  }

  /** Nodes that make a mask of ones as large as the offset's map; the last one's output is the mask. */
  #ones({ node, offset, weight, kernel, deformableGroups }: DeformableConvolution): NodeProto[] {
    const name = this.#names.next(`${node.output[0]}_mask`);
    const named = (part: string) => this.#names.next(`${name}_${part}`);
    const [one, begin, end, axis] = [named('one'), named('begin'), named('end'), named('axis')] as const;
    const [slice, shape] = [named('slice'), named('shape')] as const;
    const type = floatTypeOf(this.#index.constant(weight));
    this.initializers.push(
      tensorFromFloats(one, [1, 1, 1, 1], Float32Array.of(1), type),
      tensorFromInts(begin, [1], [0]),
      tensorFromInts(end, [1], [deformableGroups * kernel[0] * kernel[1]]),
      tensorFromInts(axis, [1], [1]),
    );
    return [
      nodeFrom({ op: 'Slice', name: slice, inputs: [offset, begin, end, axis], outputs: [slice] }),
      nodeFrom({ op: 'Shape', name: shape, inputs: [slice], outputs: [shape] }),
      nodeFrom({ op: 'Expand', name, inputs: [one, shape], outputs: [name] }),
    ];
  }

  #absorbedRelu(value: string): NodeProto | null {
    const next = this.#index.soleConsumer(value);
    if (next?.opType !== 'Relu') return null;
    this.replacements.set(next, []);
    return next;
  }
}

/** [O, I, kh, kw] as [O, kh, kw, I]. */
function channelsLastTensor(name: string, tensor: TensorProto): TensorProto {
  const [outputs, inputs, height, width] = tensor.dims.map(Number) as [number, number, number, number];
  const numbers = channelsLast(floatsFromTensor(tensor), inputs, height * width);
  return tensorFromFloats(name, [outputs, height, width, inputs], numbers, floatTypeOf(tensor));
}
