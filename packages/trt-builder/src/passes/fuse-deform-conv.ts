import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
  tensorFromInts,
} from '@trt-fairmot/onnx-export';
import { channelRange } from '../graph/channel-range.js';
import {
  type DeformableConvolution,
  deformableConvolutionFrom,
  isDeformable,
} from '../graph/deformable-convolution.js';
import { floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassResult, withGraph } from './pass.js';

/** Operator type of our plugin's node: its creator's name in TensorRT's plugin registry. */
export const pluginOp = 'FairmotDCNv2';

/**
 * Writes every deformable convolution (`DeformConv` of ONNX, `DCNv2` of the TensorRT-CenterNet exporter,
 * `ModulatedDeformConv2d`, `MMCVModulatedDeformConv2d`) as a node of our plugin, `FairmotDCNv2`.
 *
 * Where offset and mask are cut from one tensor of 3 * deformableGroups * kernel channels and the mask goes through a
 * Sigmoid, the plugin takes that tensor as it is and does the rest: inputs input, offset_mask, weight, bias. Else it
 * takes offset and mask apart: inputs input, offset, mask, weight, bias. A missing mask becomes ones, a missing bias
 * zeros. A Relu behind it moves inside where nothing else needs the value before it.
 *
 * @example
 * const { model: fused, changed } = fuseDeformConv(model); // changed: 16 for FairMOT's DLA-34
 */
export function fuseDeformConv(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const fusion = new Fusion(graph);
  const node = graph.node.flatMap((candidate) => fusion.nodesFor(candidate));
  const fused = updated(graph, { node, initializer: [...graph.initializer, ...fusion.initializers] });
  return { model: withGraph(model, withoutUnused(fused)), changed: fusion.changed, notes: fusion.notes };
}

class Fusion {
  readonly initializers: TensorProto[] = [];
  readonly notes: string[] = [];
  changed = 0;
  readonly #index: GraphIndex;
  readonly #names: UnusedNames;
  /** Relu nodes that moved into a plugin node. */
  readonly #absorbed = new Set<NodeProto>();

  constructor(graph: GraphProto) {
    this.#index = new GraphIndex(graph);
    this.#names = new UnusedNames(graph);
  }

  nodesFor(node: NodeProto): NodeProto[] {
    if (this.#absorbed.has(node)) return [];
    if (!isDeformable(node)) return [node];
    const convolution = deformableConvolutionFrom(this.#index, node);
    if (typeof convolution === 'string') {
      this.notes.push(`${convolution}, so it stays as it is`);
      return [node];
    }
    this.changed += 1;
    return this.#pluginNodes(convolution);
  }

  #pluginNodes(convolution: DeformableConvolution): NodeProto[] {
    const { node, input, offset, weight } = convolution;
    const offsetMask = this.#fusedOffsetMask(convolution);
    const ones = offsetMask || convolution.mask ? [] : this.#ones(convolution);
    const mask = convolution.mask ?? (ones.at(-1)?.output[0] as string);
    const bias = convolution.bias ?? this.#zeros(convolution);
    const output = node.output[0] as string;
    const relu = this.#absorbedRelu(output);
    const plugin = nodeFrom({
      op: pluginOp,
      name: node.name || output,
      inputs: offsetMask ? [input, offsetMask, weight, bias] : [input, offset, mask, weight, bias],
      outputs: [relu?.output[0] ?? output],
      attributes: {
        stride: convolution.stride,
        padding: convolution.padding,
        dilation: convolution.dilation,
        groups: convolution.groups,
        deformable_group: convolution.deformableGroups,
        relu: relu ? 1 : 0,
      },
    });
    return [...ones, plugin];
  }

  /** The tensor that holds the offsets and the mask's logits and nothing else, if there is one. */
  #fusedOffsetMask({ offset, mask, kernel, deformableGroups }: DeformableConvolution): string | null {
    const sigmoid = mask ? this.#index.producer(mask) : null;
    if (sigmoid?.opType !== 'Sigmoid') return null;
    const offsets = channelRange(this.#index, offset);
    const logits = channelRange(this.#index, sigmoid.input[0] as string);
    const taps = deformableGroups * kernel[0] * kernel[1];
    if (!offsets || !logits || offsets.value !== logits.value) return null;
    const inOrder =
      offsets.begin === 0 && offsets.end === 2 * taps && logits.begin === 2 * taps && logits.end === 3 * taps;
    return inOrder && this.#index.channels(logits.value) === 3 * taps ? logits.value : null;
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

  #zeros({ node, weight, outChannels }: DeformableConvolution): string {
    const name = this.#names.next(`${node.output[0]}_bias`);
    const type = floatTypeOf(this.#index.constant(weight));
    this.initializers.push(tensorFromFloats(name, [outChannels], new Float32Array(outChannels), type));
    return name;
  }

  #absorbedRelu(value: string): NodeProto | null {
    const next = this.#index.soleConsumer(value);
    if (next?.opType !== 'Relu') return null;
    this.#absorbed.add(next);
    return next;
  }
}
