import type { GraphProto, ModelProto, NodeProto } from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { graphOf } from '../passes/pass.js';
import { layerName, quantizableNodes } from './quantized-layers.js';

/** Where a graph is to carry quantisation. */
export interface QuantizationPlan {
  readonly layers: readonly NodeProto[];
  /** Input positions of nodes that need int8. Others that take the same values get them quantised, too. */
  readonly inputs: ReadonlyMap<NodeProto, ReadonlySet<number>>;
  /** The scale group of each quantised value, by the value that stands for the group. */
  readonly groups: ReadonlyMap<string, string>;
  /** Values whose ranges decide the scales, by group: outputs of concatenations and poolings are left out. */
  readonly observed: ReadonlyMap<string, readonly string[]>;
}

/**
 * Plans quantisation so that TensorRT can keep values in int8 between layers:
 *
 * - the input of each layer,
 * - where a layer's output goes into an Add, the other operand, so that the Add joins the layer's kernel,
 * - the inputs of a Concat or MaxPool whose output is quantised, at the scale of the output, so that both work on int8.
 *
 * @param names of `quantizedLayers`, perhaps of a graph before passes that replaced some of them
 */
export function quantizationPlan(graph: GraphProto, names: ReadonlySet<string>): QuantizationPlan {
  const layers = quantizableNodes(graph).filter((node) => names.has(layerName(node)));
  const planner = new Planner(graph);
  for (const layer of layers) planner.addLayer(layer);
  planner.close();
  return { layers, inputs: planner.inputs, groups: planner.groups(), observed: planner.observed() };
}

/**
 * The values whose ranges layers need, in graph order.
 *
 * @param layers of `quantizedLayers`
 */
export function valuesToObserve(model: ModelProto, layers: readonly string[]): string[] {
  const { observed } = quantizationPlan(graphOf(model), new Set(layers));
  return [...new Set([...observed.values()].flat())];
}

class Planner {
  readonly inputs = new Map<NodeProto, Set<number>>();
  readonly #index: GraphIndex;
  readonly #values = new Set<string>();
  readonly #parents = new Map<string, string>();
  readonly #layers = new Set<NodeProto>();

  constructor(graph: GraphProto) {
    this.#index = new GraphIndex(graph);
  }

  addLayer(layer: NodeProto): void {
    this.#layers.add(layer);
    this.#quantize(layer, 0);
  }

  /** Follows from the layers to the nodes around them. */
  close(): void {
    // the later of two layers that meet in an Add takes it
    for (const layer of [...this.#layers].reverse()) this.#addResidual(layer);
    // values found on the way join the set and are visited too
    for (const value of this.#values) this.#passThrough(value);
  }

  groups(): Map<string, string> {
    return new Map([...this.#values].map((value) => [value, this.#root(value)]));
  }

  observed(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const value of this.#values) {
      if (this.#passes(value)) continue;
      const root = this.#root(value);
      found.set(root, [...(found.get(root) ?? []), value]);
    }
    return found;
  }

  #quantize(node: NodeProto, position: number): void {
    this.inputs.set(node, (this.inputs.get(node) ?? new Set()).add(position));
    this.#values.add(node.input[position] as string);
  }

  #addResidual(layer: NodeProto): void {
    const next = this.#index.soleConsumer(layer.output[0] as string);
    if (next?.opType !== 'Add' || this.inputs.has(next)) return;
    const other = next.input[0] === layer.output[0] ? 1 : 0;
    if (!this.#index.constant(next.input[other] as string)) this.#quantize(next, other);
  }

  /** The Concat or MaxPool that made a value, if one did. */
  #passes(value: string): NodeProto | null {
    const node = this.#index.producer(value);
    return node?.opType === 'Concat' || node?.opType === 'MaxPool' ? node : null;
  }

  #passThrough(value: string): void {
    const node = this.#passes(value);
    for (const [position, input] of node?.input.entries() ?? []) {
      this.#quantize(node as NodeProto, position);
      this.#parents.set(this.#root(input), this.#root(value));
    }
  }

  #root(value: string): string {
    const parent = this.#parents.get(value);
    return parent === undefined || parent === value ? value : this.#root(parent);
  }
}
