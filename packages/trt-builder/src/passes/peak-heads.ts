import {
  type Dimension,
  floatsFromTensor,
  type GraphProto,
  type ModelProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
  type Value,
  valueInfoFrom,
} from '@trt-fairmot/onnx-export';
import { channelsLast } from '../graph/channels-last.js';
import { biasOf, type ConstantConvolution } from '../graph/constant-convolution.js';
import { GraphIndex } from '../graph/graph-index.js';
import { type HeadBranch, headBranchFrom } from '../graph/head-branch.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassOptions, type PassResult, withGraph } from './pass.js';
import { peakHeadsOp } from './plugin-node.js';

const decoded = ['boxes', 'scores', 'classes', 'embeddings'] as const;
/** Hidden channels that a block of the plugin's kernel computes. */
const hiddenStep = 64;
/** Cells of the map to pixels of the input. */
const stride = 4;

/** The heads of a FairMOT network; `reg` is optional. */
interface Heads {
  readonly hm: HeadBranch;
  readonly wh: HeadBranch;
  readonly reg: HeadBranch | null;
  readonly id: HeadBranch;
}

/**
 * Decodes in the network, and evaluates box size, offset and embedding at the peaks of the heat map alone: the branches
 * to `wh`, `reg` and `id_feature` (or `id`) become one node of our plugin, `FairmotPeakHeads`, and the outputs become those
 * of `fairmot export --outputs detections`: boxes, scores, classes (int32 here), embeddings. The heat map stays dense.
 *
 * Only a network whose outputs are these heads, each a 3x3 convolution, ReLU and 1x1 convolution on one feature map, is
 * changed. Weights become float16, biases float32, as the kernels read them.
 *
 * @example
 * const { model: decoding, changed } = peakHeads(model, { topK: 500 }); // changed: 1 for FairMOT's DLA-34
 */
export function peakHeads(model: ModelProto, { topK = 500 }: PassOptions = {}): PassResult {
  const graph = graphOf(model);
  const unchanged = (...notes: string[]): PassResult => ({ model, changed: 0, notes });
  const names = headOutputs(graph);
  if (!names) return unchanged();
  const heads = headsFrom(new GraphIndex(graph), names);
  const problem = typeof heads === 'string' ? heads : problemOf(heads, graph);
  if (typeof heads === 'string' || problem) return unchanged(`${problem}, so the heads stay dense`);
  const decoding = withPlugin(graph, heads, names.hm, topK);
  const metadataProps = model.metadataProps
    .filter(({ key }) => key !== 'fairmot.outputs' && key !== 'fairmot.top_k')
    .concat(entries(model, { 'fairmot.outputs': 'detections', 'fairmot.top_k': String(topK) }));
  return { model: updated(withGraph(model, decoding), { metadataProps }), changed: 1, notes: [] };
}

/** Where a model has metadata at all, that of its new outputs. */
function entries({ metadataProps }: ModelProto, values: Readonly<Record<string, string>>): ModelProto['metadataProps'] {
  const [like] = metadataProps;
  return like ? Object.entries(values).map(([key, value]) => updated(like, { key, value })) : [];
}

/** The names of the outputs by head, where they are FairMOT's and no others. */
function headOutputs({ output }: GraphProto): (Readonly<Record<keyof Heads, string | null>> & { hm: string }) | null {
  const given = new Set(output.map(({ name }) => name));
  const named = (...candidates: string[]) => candidates.find((name) => given.delete(name)) ?? null;
  const [hm, wh, reg, id] = [named('hm'), named('wh'), named('reg'), named('id_feature', 'id')];
  return hm && wh && id && given.size === 0 ? { hm, wh, reg, id } : null;
}

/** The branches, or what keeps one from being a head of FairMOT. */
function headsFrom(index: GraphIndex, names: Readonly<Record<keyof Heads, string | null>>): Heads | string {
  const branches = new Map<string, HeadBranch>();
  for (const [head, name] of Object.entries(names)) {
    const branch = name === null ? null : headBranchFrom(index, name);
    if (name !== null && !branch) return `Output ${name} is no 3x3 convolution, ReLU and 1x1 convolution`;
    if (branch) branches.set(head, branch);
  }
  const [hm, wh, id] = ['hm', 'wh', 'id'].map((head) => branches.get(head)) as [HeadBranch, HeadBranch, HeadBranch];
  return { hm, wh, reg: branches.get('reg') ?? null, id };
}

/** What the plugin does not take. */
function problemOf(heads: Heads, graph: GraphProto): string | null {
  const { hm, wh, reg, id } = heads;
  const atPeaks = branchesOf(heads);
  const size = ({ weight }: ConstantConvolution, axis: number) => Number(weight.dims[axis]);
  const hidden = size(wh.first, 0);
  if ([...atPeaks, hm].some(({ features }) => features !== wh.features)) return 'The heads have several feature maps';
  if (atPeaks.some(({ first }) => size(first, 0) !== hidden) || hidden % hiddenStep !== 0)
    return `The heads\u2019 hidden channels (${atPeaks.map(({ first }) => size(first, 0))}) are no one multiple of ${hiddenStep}`;
  if (size(wh.first, 1) % 8 !== 0) return `The feature map has ${size(wh.first, 1)} channels, no multiple of 8`;
  const [sides, offsets, embedding] = [size(wh.second, 0), reg ? size(reg.second, 0) : 0, size(id.second, 0)];
  if (![2, 4].includes(sides) || ![0, 2].includes(offsets) || embedding % 4 !== 0 || embedding > 1024)
    return `The plugin does not take ${sides}, ${offsets} and ${embedding} channels of wh, reg and id`;
  const taken = graph.node.flatMap(({ output }) => output).find((name) => decoded.some((output) => output === name));
  return taken ? `A value inside is called ${taken} already` : null;
}

/** In the plugin's order. */
function branchesOf({ wh, reg, id }: Heads): HeadBranch[] {
  return [wh, ...(reg ? [reg] : []), id];
}

function withPlugin(graph: GraphProto, heads: Heads, heatMap: string, topK: number): GraphProto {
  const weights = weightTensors(heads, new UnusedNames(graph));
  const channels = ({ second }: HeadBranch) => Number(second.weight.dims[0]);
  const plugin = nodeFrom({
    op: peakHeadsOp,
    name: 'peak_heads',
    inputs: [heatMap, heads.wh.features, ...weights.map(({ name }) => name)],
    outputs: decoded,
    attributes: { top_k: topK, wh: channels(heads.wh), reg: heads.reg ? channels(heads.reg) : 0, stride },
  });
  const output = outputValues(batchOf(graph, heatMap), topK, channels(heads.id)).map(valueInfoFrom);
  const dense = updated(graph, {
    node: [...graph.node, plugin],
    initializer: [...graph.initializer, ...weights],
    valueInfo: [...graph.valueInfo, ...graph.output.filter(({ name }) => name === heatMap)],
    output,
  });
  return withoutUnused(dense);
}

function outputValues(batch: Dimension, topK: number, embedding: number): Value[] {
  return [
    { name: 'boxes', type: 'float32', shape: [batch, topK, 4] },
    { name: 'scores', type: 'float32', shape: [batch, topK] },
    { name: 'classes', type: 'int32', shape: [batch, topK] },
    { name: 'embeddings', type: 'float32', shape: [batch, topK, embedding] },
  ];
}

function batchOf({ output }: GraphProto, name: string): Dimension {
  const type = output.find((info) => info.name === name)?.type?.value;
  const batch = type?.case === 'tensorType' ? type.value.shape?.dim[0]?.value : undefined;
  if (batch?.case === 'dimValue') return Number(batch.value);
  return batch?.case === 'dimParam' ? batch.value : 'batch';
}

/** [heads * hidden, 3, 3, features], [heads * hidden], [channels of all heads, hidden], [channels of all heads]. */
function weightTensors(heads: Heads, names: UnusedNames): TensorProto[] {
  const [first, second] = [
    branchesOf(heads).map((branch) => branch.first),
    branchesOf(heads).map((head) => head.second),
  ];
  const [hidden = 0, features = 0] = (first[0] as ConstantConvolution).weight.dims.map(Number);
  const firsts = joined(first.map(({ weight }) => channelsLast(floatsFromTensor(weight), features, 9)));
  const seconds = joined(second.map(({ weight }) => floatsFromTensor(weight)));
  const [rows, results] = [hidden * first.length, seconds.length / hidden];
  return [
    tensorFromFloats(names.next('peak_heads.first.weight'), [rows, 3, 3, features], firsts, 'float16'),
    tensorFromFloats(names.next('peak_heads.first.bias'), [rows], joined(first.map(biasOf))),
    tensorFromFloats(names.next('peak_heads.second.weight'), [results, hidden], seconds, 'float16'),
    tensorFromFloats(names.next('peak_heads.second.bias'), [results], joined(second.map(biasOf))),
  ];
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
