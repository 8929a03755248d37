import { type ModelProto, nodeFrom, type Value } from '@trt-fairmot/onnx-export';
import { updated } from '../../src/graph/updated.js';
import { insertQuantization } from '../../src/quantization/insert-quantization.js';
import { type Feeds, float, graph, modelOf, randomFloats, randomTensor } from './models.js';

/** A root between quantised maps, and what is around it. */
export interface RootLayer {
  readonly channels: readonly number[];
  readonly outChannels?: number;
  readonly bias?: boolean;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
  readonly activation?: string;
  readonly axis?: number;
  /** What takes the root's value. */
  readonly takers?: readonly ('int8' | 'plugin' | 'output')[];
  readonly alsoOut?: string;
}

export const size = [3, 5] as const;
/** Of every quantised value. */
export const range = 4;

/** x0, x1 ... -> Neg each -> Concat -> Conv -> Relu -> y, taken by `next` (Conv), `plugin`, or an output. */
export function rootModel({
  channels,
  outChannels = 32,
  axis = 1,
  takers = ['int8', 'plugin'],
  ...rest
}: RootLayer): ModelProto {
  const { bias = true, activation = 'Relu', alsoOut, attributes = {} } = rest;
  const sum = axis === 1 ? channels.reduce((total, count) => total + count, 0) : (channels[0] as number);
  const maps = channels.map((_, i) => `m${i}`);
  const conv = (name: string, input: string, output: string, constants: string[], more = {}) =>
    nodeFrom({ op: 'Conv', name, inputs: [input, ...constants], outputs: [output], attributes: more });
  const whole = (name: string): Value => float(name, [1, outChannels, 'h', 'w']);
  const outputs: Record<string, Value> = { int8: float('z', [1, 8, 'h', 'w']), plugin: whole('p'), output: whole('y') };
  return modelOf({
    nodes: [
      ...maps.map((name, i) => nodeFrom({ op: 'Neg', name: `neg${i}`, inputs: [`x${i}`], outputs: [name] })),
      nodeFrom({ op: 'Concat', name: 'cat', inputs: maps, outputs: ['joined'], attributes: { axis } }),
      conv('conv', 'joined', 'convolved', ['weight', ...(bias ? ['bias'] : [])], attributes),
      nodeFrom({ op: activation, name: 'act', inputs: ['convolved'], outputs: ['y'] }),
      ...(takers.includes('int8') ? [conv('next', 'y', 'z', ['next_weight'])] : []),
      ...(takers.includes('plugin')
        ? [nodeFrom({ op: 'FairmotHeatMap', name: 'plugin', inputs: ['y'], outputs: ['p'] })]
        : []),
    ],
    initializers: [
      randomTensor('weight', [outChannels, sum / Number(attributes.group ?? 1), 1, 1], 1),
      ...(bias ? [randomTensor('bias', [outChannels], 2)] : []),
      ...(takers.includes('int8') ? [randomTensor('next_weight', [8, outChannels, 1, 1], 3)] : []),
    ],
    inputs: channels.map((count, i) => float(`x${i}`, [1, count, ...size])),
    outputs: [
      ...takers.map((taker) => outputs[taker] as Value),
      ...(alsoOut ? [float(alsoOut, [1, alsoOut === 'joined' ? sum : outChannels, 'h', 'w'])] : []),
    ],
    values: channels.map((count, i) => float(`m${i}`, [1, count, ...size])),
  });
}

export const layers = ['conv', 'next'];
export const quantized = (layer: RootLayer, apart = false) =>
  insertQuantization(rootModel(layer), { layers, rangeOf: () => range, apart }).model;

export const feedsOf = (channels: readonly number[]): Feeds =>
  Object.fromEntries(
    channels.map((count, i) => [
      `x${i}`,
      { data: randomFloats(count * size[0] * size[1], 7 + i, range), dims: [1, count, ...size] },
    ]),
  );

/** Plugins in the model as Identity, which ONNX Runtime knows. */
export const runnable = (model: ModelProto) =>
  updated(model, {
    graph: updated(graph(model), {
      node: graph(model).node.map((node) =>
        node.opType === 'FairmotHeatMap' ? updated(node, { opType: 'Identity' }) : node,
      ),
    }),
  });
