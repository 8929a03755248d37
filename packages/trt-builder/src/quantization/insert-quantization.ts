import {
  type GraphProto,
  intOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
  tensorFromInt8s,
  type ValueInfoProto,
} from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassResult, withGraph } from '../passes/pass.js';
import { scaleFromRange } from './int8-scale.js';
import { type QuantizationPlan, quantizationPlan } from './quantization-plan.js';
import { layerName } from './quantized-layers.js';
import { quantizedWeight } from './quantized-weight.js';

/** Range of a scale group from the values that decide it; null where one of them is unknown. */
export type RangeOfValues = (values: readonly string[]) => number | null;

/** What {@link insertQuantization} is told. */
export interface QuantizationOptions {
  /** Names of the layers, of `quantizedLayers`. */
  readonly layers: readonly string[];
  readonly rangeOf: RangeOfValues;
  /** Whether plugins and layers in floating point take a value before its quantisation, not behind it. Default false. */
  readonly apart?: boolean;
}

/**
 * Writes explicit quantisation into a graph: QuantizeLinear and DequantizeLinear (int8, zero point 0) before each quantised
 * layer, weights as int8 with a scale for each output channel. Biases, and whatever is not quantised, stay as they are.
 *
 * A value has one such pair, and all that take the value take it from there, plugins and layers in floating point too: a
 * convolution writes one type only, so with a second one TensorRT would have to keep both and write int8 in a pass of its own.
 *
 * Runs on the standard graph as well as behind passes that replace parts of it by plugin nodes: layers that are gone are left
 * out, values keep their names.
 *
 * @example
 * const layers = quantizedLayers(graph);
 * const { model: int8, changed } = insertQuantization(model, { layers, rangeOf: rangesFrom(calibration, { method: 'mse' }) });
 */
export function insertQuantization(
  model: ModelProto,
  { layers, rangeOf, apart = false }: QuantizationOptions,
): PassResult {
  const graph = graphOf(model);
  const { plan, ranges, unknown } = knownPlan(graph, new Set(layers), rangeOf);
  const insertion = new Insertion(graph, plan, ranges, apart);
  const node = graph.node.flatMap((candidate) => insertion.nodesFor(candidate));
  const quantized = updated(graph, {
    node,
    initializer: [...graph.initializer, ...insertion.initializers],
    valueInfo: [...graph.valueInfo, ...insertion.declarations(graph)],
  });
  const notes = unknown.map((name) => `${name} has an input of unknown range, so it stays as it is`);
  return { model: withGraph(model, withoutUnused(quantized)), changed: plan.layers.length, notes };
}

/** The plan without layers whose ranges are unknown. */
function knownPlan(graph: GraphProto, wanted: ReadonlySet<string>, rangeOf: RangeOfValues) {
  const unknown: string[] = [];
  for (let names = wanted; ; ) {
    const plan = quantizationPlan(graph, names);
    const ranges = new Map([...plan.observed].map(([group, values]) => [group, rangeOf(values)] as const));
    const left = plan.layers.filter((node) => ranges.get(plan.groups.get(node.input[0] as string) as string) == null);
    if (left.length === 0) return { plan, ranges, unknown };
    unknown.push(...left.map(layerName));
    names = new Set([...names].filter((name) => !unknown.includes(name)));
  }
}

class Insertion {
  readonly initializers: TensorProto[] = [];
  readonly #plan: QuantizationPlan;
  readonly #ranges: ReadonlyMap<string, number | null>;
  readonly #index: GraphIndex;
  readonly #names: UnusedNames;
  readonly #layers: ReadonlySet<NodeProto>;
  readonly #apart: boolean;
  /** Names of made constants and of quantised values, by what they are. */
  readonly #made = new Map<string, string>();

  constructor(graph: GraphProto, plan: QuantizationPlan, ranges: ReadonlyMap<string, number | null>, apart: boolean) {
    this.#plan = plan;
    this.#apart = apart;
    this.#ranges = ranges;
    this.#index = new GraphIndex(graph);
    this.#names = new UnusedNames(graph);
    this.#layers = new Set(plan.layers);
  }

  nodesFor(node: NodeProto): NodeProto[] {
    const before: NodeProto[] = [];
    const positions = this.#plan.inputs.get(node);
    const input = node.input.map((name, i) => {
      if (i === 1 && this.#layers.has(node)) return this.#weight(name, node, before);
      return this.#apart && !positions?.has(i) ? name : this.#value(name, before);
    });
    return input.every((name, i) => name === node.input[i]) ? [node] : [...before, updated(node, { input })];
  }

  /** The value behind its one QuantizeLinear and DequantizeLinear, where the plan has it. */
  #value(value: string, before: NodeProto[]): string {
    const range = this.#ranges.get(this.#plan.groups.get(value) ?? '');
    if (range == null) return value;
    const known = this.#made.get(`value ${value}`);
    if (known) return known;
    const [scale, zero] = [this.#scale(range), this.#zero()];
    const [quantized, output] = [this.#names.next(`${value}_quantized`), this.#names.next(`${value}_dequantized`)];
    before.push(quantizeNode(quantized, [value, scale, zero]), dequantizeNode(output, [quantized, scale, zero]));
    this.#made.set(`value ${value}`, output);
    return output;
  }

  /** Shapes of what stands in the place of values: passes that run later look for them. */
  declarations({ valueInfo, input, output }: GraphProto): ValueInfoProto[] {
    return [...valueInfo, ...input, ...output].flatMap((info) => {
      const name = this.#made.get(`value ${info.name}`);
      return name ? [updated(info, { name })] : [];
    });
  }

  #weight(name: string, node: NodeProto, before: NodeProto[]): string {
    const tensor = this.#index.constant(name);
    if (!tensor) return name;
    const dense = node.opType === 'ConvTranspose' && intOfAttribute(node, 'group', 1) === 1;
    const axis = dense ? 1 : 0;
    const constants = this.#made.get(`weight ${axis} ${name}`)?.split('\n') ?? this.#weightConstants(tensor, axis);
    this.#made.set(`weight ${axis} ${name}`, constants.join('\n'));
    const output = this.#names.next(`${name}_dequantized`);
    before.push(dequantizeNode(output, constants, axis));
    return output;
  }

  /** Names of the int8 weight, its scales and its zero points. */
  #weightConstants(tensor: TensorProto, axis: 0 | 1): string[] {
    const { shape, values, scales } = quantizedWeight(tensor, axis);
    const named = ['int8', 'scale', 'zero'].map((part) => this.#names.next(`${tensor.name}_${part}`));
    const [weight, scale, zero] = named as [string, string, string];
    this.initializers.push(
      tensorFromInt8s(weight, shape, values),
      tensorFromFloats(scale, [scales.length], scales),
      tensorFromInt8s(zero, [scales.length], new Int8Array(scales.length)),
    );
    return named;
  }

  #scale(range: number): string {
    const scale = scaleFromRange(range);
    return this.#constant(`scale ${scale}`, 'activation_scale', (name) =>
      tensorFromFloats(name, [], Float32Array.of(scale)),
    );
  }

  #zero(): string {
    return this.#constant('zero', 'activation_zero', (name) => tensorFromInt8s(name, [], new Int8Array(1)));
  }

  #constant(key: string, wanted: string, tensorFor: (name: string) => TensorProto): string {
    const known = this.#made.get(key);
    if (known) return known;
    const name = this.#names.next(wanted);
    this.initializers.push(tensorFor(name));
    this.#made.set(key, name);
    return name;
  }
}

function quantizeNode(output: string, inputs: readonly string[]): NodeProto {
  return nodeFrom({ op: 'QuantizeLinear', name: output, inputs, outputs: [output] });
}

function dequantizeNode(output: string, inputs: readonly string[], axis?: number): NodeProto {
  const attributes = axis === undefined ? {} : { axis };
  return nodeFrom({ op: 'DequantizeLinear', name: output, inputs, outputs: [output], attributes });
}
