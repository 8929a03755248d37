import {
  floatsFromTensor,
  type GraphProto,
  intOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { attributeOf } from '../graph/attributes.js';
import { channelsLast } from '../graph/channels-last.js';
import { floatTypeOf } from '../graph/float-type.js';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { attributeIs, hasWindow } from '../graph/window.js';
import { graphOf, type PassResult, withReplaced } from './pass.js';
import { upsampleAddOp } from './plugin-node.js';

/**
 * Writes an upsampling by 2 or 4 (ConvTranspose with one group a channel, kernel twice the stride, padding half of it, no
 * bias) and the Add behind it as one node of our plugin, `FairmotUpsampleAdd`: inputs x, skip, weights [2f, 2f, C]. What
 * fits in all but the channels, which have to come in multiples of 8, stays, with a note.
 *
 * The plugin computes in float16, so this is for fp16 engines.
 *
 * @example
 * const { model: fused, changed } = fuseUpsampleAdd(model); // changed: 8 for FairMOT's DLA-34
 */
export function fuseUpsampleAdd(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const fusion = new Fusion(graph);
  for (const candidate of graph.node) fusion.consider(candidate);
  const fused = withReplaced(model, fusion.replacements, fusion.weights.values());
  return { model: fused, changed: fusion.changed, notes: fusion.notes };
}

class Fusion {
  readonly notes: string[] = [];
  readonly replacements = new Map<NodeProto, NodeProto[]>();
  /** Rearranged weights by the names of the weights. */
  readonly weights = new Map<string, TensorProto>();
  changed = 0;
  readonly #index: GraphIndex;
  readonly #names: UnusedNames;

  constructor(graph: GraphProto) {
    this.#index = new GraphIndex(graph);
    this.#names = new UnusedNames(graph);
  }

  consider(transpose: NodeProto): void {
    const name = transpose.input[1] as string;
    const weight = transpose.opType === 'ConvTranspose' ? this.#index.constant(name) : null;
    if (!weight || !isUpsampling(transpose, weight)) return;
    const add = this.#index.soleConsumer(transpose.output[0] as string);
    const skip = add && this.#operandBeside(add, transpose.output[0] as string);
    if (!add || !skip || this.replacements.has(add)) return;
    const same = this.#haveOneShape(skip, transpose.output[0] as string);
    if (same === null)
      this.notes.push(`ConvTranspose ${transpose.name} is added to a value of unknown shape, so it stays as it is`);
    if (!same) return;
    if (Number(weight.dims[0]) % 8 !== 0) {
      this.notes.push(
        `ConvTranspose ${transpose.name} has ${weight.dims[0]} channels (${upsampleAddOp} takes multiples of 8), so it stays as it is`,
      );
      return;
    }
    if (!this.weights.has(name))
      this.weights.set(name, channelsLastTensor(weight, this.#names.next(`${name}_upsample`)));
    const plugin = nodeFrom({
      op: upsampleAddOp,
      name: transpose.name || (add.output[0] as string),
      inputs: [transpose.input[0] as string, skip, (this.weights.get(name) as TensorProto).name],
      outputs: [add.output[0] as string],
    });
    // in the Add's place, where the other operand is known
    this.replacements.set(transpose, []).set(add, [plugin]);
    this.changed += 1;
  }

  /** The other operand of an Add, where it is computed; null otherwise. */
  #operandBeside(add: NodeProto, upsampled: string): string | null {
    const other = add.input.find((name) => name !== upsampled);
    return add.opType === 'Add' && other && !this.#index.constant(other) ? other : null;
  }

  /** Whether two maps have one shape, so that their sum repeats neither; null where a shape is not declared. */
  #haveOneShape(one: string, other: string): boolean | null {
    const [a, b] = [this.#index.shape(one), this.#index.shape(other)];
    if (!a || !b) return null;
    return a.length === 4 && b.length === 4 && a.every((size, i) => i === 0 || size === b[i]);
  }
}

function isUpsampling(node: NodeProto, { dims }: TensorProto): boolean {
  const [channels, multiplier, height, width] = dims.map(Number) as [number, number, number, number];
  const factor = height / 2;
  return (
    (factor === 2 || factor === 4) &&
    height === width &&
    multiplier === 1 &&
    intOfAttribute(node, 'group', 1) === channels &&
    !node.input[2] &&
    hasWindow(node, factor, factor / 2) &&
    attributeIs(node, 'output_padding', 0, 0) &&
    !attributeOf(node, 'output_shape')
  );
}

/** [C, 1, 2f, 2f] as [2f, 2f, C]. */
function channelsLastTensor(weight: TensorProto, name: string): TensorProto {
  const [channels, , height, width] = weight.dims.map(Number) as [number, number, number, number];
  const rearranged = channelsLast(floatsFromTensor(weight), channels, height * width);
  return tensorFromFloats(name, [height, width, channels], rearranged, floatTypeOf(weight));
}
