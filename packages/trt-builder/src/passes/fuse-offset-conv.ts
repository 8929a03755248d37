import {
  floatsFromTensor,
  type GraphProto,
  intOfAttribute,
  intsOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { fragmentsFromWeights, largestFragmentOutputs } from './fragment-weights.js';
import { graphOf, type PassOptions, type PassResult, withReplaced } from './pass.js';
import { pluginOp } from './plugin-node.js';

const taps = 9;

/**
 * Takes the convolution that makes offsets and masks (FairMOT's `conv_offset_mask`) into the plugin node behind it, which
 * then never writes them to memory (`offset_convolution` 1: inputs input, offset_weight, offset_bias, weight, bias).
 * Weights of both are packed in the order of the tensor cores' fragments. Coordinates and sums are float32; samples are
 * interpolated in float16, or in float32 with `dcnInterpolation` fp32.
 *
 * Takes nodes that {@link fuseDeformConv} wrote with one tensor of offsets and masks, kernel 3x3, one group, input channels a
 * multiple of 32 and at most 128 outputs; others stay. The kernels compute in float16 only.
 *
 * @example
 * const { model: fused, changed } = fuseOffsetConv(fuseDeformConv(model).model); // changed: 14 for FairMOT's DLA-34
 */
export function fuseOffsetConv(model: ModelProto, { dcnInterpolation = 'fp16' }: PassOptions = {}): PassResult {
  const graph = graphOf(model);
  const fusion = new OffsetFusion(graph, dcnInterpolation === 'fp16');
  for (const candidate of graph.node) if (candidate.opType === pluginOp) fusion.consider(candidate);
  const fused = withReplaced(model, fusion.replacements, fusion.initializers);
  return { model: fused, changed: fusion.replacements.size, notes: [] };
}

/** A plugin node with the convolution of its offsets. */
interface Pair {
  readonly plugin: NodeProto;
  readonly offsetWeight: TensorProto;
  readonly offsetBias: TensorProto | null;
  readonly weight: TensorProto;
  readonly bias: string | null;
}

class OffsetFusion {
  readonly replacements = new Map<NodeProto, NodeProto[]>();
  readonly initializers: TensorProto[] = [];
  readonly #index: GraphIndex;
  readonly #names: UnusedNames;

  constructor(
    graph: GraphProto,
    private readonly packed: boolean,
  ) {
    this.#index = new GraphIndex(graph);
    this.#names = new UnusedNames(graph);
  }

  consider(plugin: NodeProto): void {
    const pair = this.#pairOf(plugin);
    if (pair) this.replacements.set(plugin, [this.#fused(pair)]);
  }

  #pairOf(plugin: NodeProto): Pair | null {
    const flag = (name: string) => intOfAttribute(plugin, name, 0) === 1;
    const [input, offsetMask, weightName, bias = null] = plugin.input as [string, string, string, string?];
    const convolution = flag('offset_mask') && flag('weight_layout') ? this.#index.producer(offsetMask) : null;
    if (convolution?.opType !== 'Conv' || convolution.input[0] !== input) return null;
    if (this.#index.soleConsumer(offsetMask) !== plugin || !haveSameGeometry(plugin, convolution)) return null;
    const weight = this.#index.constant(weightName);
    const offsetWeight = this.#index.constant(convolution.input[1] as string);
    const offsetBias = convolution.input[2] ? this.#index.constant(convolution.input[2]) : null;
    if (!weight || !offsetWeight || (convolution.input[2] && !offsetBias)) return null;
    return fits(plugin, weight, offsetWeight) ? { plugin, offsetWeight, offsetBias, weight, bias } : null;
  }

  #fused({ plugin, offsetWeight, offsetBias, weight, bias }: Pair): NodeProto {
    const outputs = Number(weight.dims[0]);
    const geometry = ['stride', 'padding', 'dilation'].map((name) => [name, intsOfAttribute(plugin, name, [])]);
    return nodeFrom({
      op: pluginOp,
      name: plugin.name,
      inputs: [
        plugin.input[0] as string,
        this.#packed(offsetWeight, 'OIHW'),
        offsetBias?.name ?? this.#zeros(3 * taps, offsetWeight),
        this.#packed(weight, 'OHWI'),
        bias ?? this.#zeros(outputs, weight),
      ],
      outputs: [...plugin.output],
      attributes: {
        ...Object.fromEntries(geometry),
        offset_convolution: 1,
        out_channels: outputs,
        mask_activation: intOfAttribute(plugin, 'mask_activation', 0),
        packed_interpolation: this.packed ? 1 : 0,
        relu: intOfAttribute(plugin, 'relu', 0),
      },
    });
  }

  #packed(tensor: TensorProto, layout: 'OIHW' | 'OHWI'): string {
    const { data, shape } = fragmentsFromWeights(floatsFromTensor(tensor), tensor.dims.map(Number), layout);
    const name = this.#names.next(`${tensor.name}_fragments`);
    this.initializers.push(tensorFromFloats(name, shape, data, floatTypeOf(tensor)));
    return name;
  }

  #zeros(length: number, like: TensorProto): string {
    const name = this.#names.next(`${like.name}_no_bias`);
    this.initializers.push(tensorFromFloats(name, [length], new Float32Array(length), floatTypeOf(like)));
    return name;
  }
}

/** Whether offsets are made with the kernel, stride, padding and dilation with which they are used. */
function haveSameGeometry(plugin: NodeProto, convolution: NodeProto): boolean {
  const twice = (values: readonly number[]) => [...values, ...values];
  const pairs = [
    [intsOfAttribute(plugin, 'stride', [1, 1]), intsOfAttribute(convolution, 'strides', [1, 1])],
    [twice(intsOfAttribute(plugin, 'padding', [0, 0])), intsOfAttribute(convolution, 'pads', [0, 0, 0, 0])],
    [intsOfAttribute(plugin, 'dilation', [1, 1]), intsOfAttribute(convolution, 'dilations', [1, 1])],
  ];
  return intOfAttribute(convolution, 'group', 1) === 1 && pairs.every(([a, b]) => String(a) === String(b));
}

function fits(plugin: NodeProto, weight: TensorProto, offsetWeight: TensorProto): boolean {
  const groups = ['groups', 'deformable_group'].map((name) => intOfAttribute(plugin, name, 1));
  const [outputs = 0, height, width, inputs = 0] = weight.dims.map(Number); // OHWI
  const shape = [3 * taps, inputs, 3, 3];
  return (
    groups.every((count) => count === 1) &&
    height === 3 &&
    width === 3 &&
    inputs % 32 === 0 &&
    outputs <= largestFragmentOutputs &&
    String(offsetWeight.dims.map(Number)) === String(shape)
  );
}
