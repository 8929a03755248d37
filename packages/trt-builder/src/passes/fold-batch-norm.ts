import {
  floatsFromTensor,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { floatOfAttribute } from '../graph/attributes.js';
import {
  type DeformableConvolution,
  deformableConvolutionFrom,
  isDeformable,
  withOperands,
} from '../graph/deformable-convolution.js';
import { type FloatType, floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassResult, withGraph } from './pass.js';

type FiveArrays = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

/**
 * Folds BatchNormalization behind deformable convolutions into their weights and bias:
 * W' = W * scale / sqrt(variance + epsilon), b' = (b - mean) * scale / sqrt(variance + epsilon) + shift.
 *
 * PyTorch's exporter folds it into ordinary convolutions only, so graphs of the original recipe hold one behind each
 * `DCNv2`, which keeps the Relu out of the plugin. Graphs of onnx-export have none. TensorRT folds the others itself.
 */
export function foldBatchNorm(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const folding = new Folding(graph);
  const node = graph.node.flatMap((candidate) => folding.nodesFor(candidate));
  const folded = updated(graph, { node, initializer: [...graph.initializer, ...folding.initializers] });
  return { model: withGraph(model, withoutUnused(folded)), changed: folding.changed, notes: [] };
}

class Folding {
  readonly initializers: TensorProto[] = [];
  changed = 0;
  readonly #index: GraphIndex;
  readonly #names: UnusedNames;
  readonly #folded = new Set<NodeProto>();

  constructor(graph: GraphProto) {
    this.#index = new GraphIndex(graph);
    this.#names = new UnusedNames(graph);
  }

  nodesFor(node: NodeProto): NodeProto[] {
    if (this.#folded.has(node)) return [];
    const convolution = isDeformable(node) ? deformableConvolutionFrom(this.#index, node) : '';
    const norm = this.#index.soleConsumer(node.output[0] as string);
    if (typeof convolution === 'string' || norm?.opType !== 'BatchNormalization' || norm.output.length !== 1)
      return [node];
    const folded = this.#foldedNode(convolution, norm);
    if (!folded) return [node];
    this.#folded.add(norm);
    this.changed += 1;
    return [folded];
  }

  #foldedNode(convolution: DeformableConvolution, norm: NodeProto): NodeProto | null {
    const { node, outChannels } = convolution;
    const tensors = [convolution.weight, ...norm.input.slice(1, 5)].map((name) => this.#index.constant(name));
    const given = tensors.filter((tensor) => tensor !== null);
    const bias = convolution.bias ? this.#index.constant(convolution.bias) : null;
    if (given.length !== 5 || (convolution.bias && !bias)) return null;
    const [weight, scale, shift, mean, variance] = given.map(floatsFromTensor) as FiveArrays;
    const epsilon = floatOfAttribute(norm, 'epsilon', 1e-5);
    const factor = Float64Array.from(scale, (value, i) => value / Math.sqrt((variance[i] as number) + epsilon));
    const numbers = bias ? floatsFromTensor(bias) : new Float32Array(outChannels);
    const type = floatTypeOf(given[0] as TensorProto);
    return withOperands(node, {
      weight: this.#add(`${convolution.weight}_folded`, given[0] as TensorProto, scaled(weight, factor), type),
      bias: this.#add(
        `${convolution.bias ?? node.output[0]}_folded`,
        given[1] as TensorProto,
        numbers.map((value, i) => (value - (mean[i] as number)) * (factor[i] as number) + (shift[i] as number)),
        type,
      ),
      output: norm.output[0] as string,
    });
  }

  #add(wanted: string, { dims }: TensorProto, values: Float32Array, type: FloatType): string {
    const name = this.#names.next(wanted);
    this.initializers.push(tensorFromFloats(name, dims.map(Number), values, type));
    return name;
  }
}

/** Each output channel's weights times that channel's factor. */
function scaled(weight: Float32Array, factor: Float64Array): Float32Array {
  const perChannel = weight.length / factor.length;
  return weight.map((value, i) => value * (factor[Math.floor(i / perChannel)] as number));
}
