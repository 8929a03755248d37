import { expectExportable, networkFromStateDict } from '../checkpoint/network-from-state-dict.js';
import { GraphBuilder } from '../graph/graph-builder.js';
import { cast } from '../graph/indexing.js';
import type { DeformConvForm } from '../graph/layers.js';
import type { Dimension } from '../graph/value.js';
import { detections } from './detections.js';
import { dlaUp } from './dla-up.js';
import { type BackboneWidths, backboneWidths, dla34 } from './dla34.js';
import { denseHead, type Heads, headsFromWeights } from './heads.js';
import { type StateDict, Weights } from './weights.js';

/** What is written of a network. */
export interface NetworkOptions {
  /** Height of the input in pixels, divisible by 32. */
  readonly height: number;
  /** Width of the input in pixels, divisible by 32. */
  readonly width: number;
  readonly batch: Dimension;
  readonly dcn: DeformConvForm;
  readonly outputs: 'heads' | 'detections';
  readonly topK: number;
  readonly precision: 'fp32' | 'fp16';
}

/** A network as a graph whose weights have not been read yet. */
export interface FairmotNetwork {
  readonly graph: GraphBuilder;
  readonly widths: BackboneWidths;
  readonly heads: Heads;
  /** Tensors left out because they never reach an output. */
  readonly dropped: readonly string[];
}

/**
 * FairMOT's DLA-34 as a graph: input `input` float32 [N, 3, H, W], RGB / 255; outputs either the heads
 * `hm` (before the sigmoid), `wh`, `reg`, `id_feature` at stride 4, or `boxes`, `scores`, `classes`, `embeddings`.
 *
 * @param name what an error calls the state dict, normally the checkpoint's path
 * @throws FairmotError naming the network that is another, or the tensor that is missing, misshapen or extra
 */
export function fairmotNetwork(state: StateDict, options: NetworkOptions, name = 'the state dict'): FairmotNetwork {
  expectExportable(networkFromStateDict(state), name);
  const weights = new Weights(state);
  const graph = new GraphBuilder(options.precision === 'fp16' ? 'float16' : 'float32');
  const context = { graph, weights, dcn: options.dcn };
  const widths = backboneWidths(weights);
  const heads = headsFromWeights(weights);
  const input = graph.input('input', 'float32', [options.batch, 3, options.height, options.width]);
  const image = graph.floatType === 'float16' ? cast(graph, 'input.float16', input, 'float16') : input;
  const features = dlaUp(context, dla34(context, image, widths));
  if (options.outputs === 'detections') {
    const { boxes, scores, classes, embeddings } = detections(context, features, heads, options.topK);
    for (const value of [boxes, scores, classes, ...(embeddings ? [embeddings] : [])]) graph.output(value);
  } else {
    for (const [name, head] of heads) graph.output(denseHead(context, features, name, head));
  }
  weights.requireAllUsed();
  return { graph, widths, heads, dropped: weights.dropped };
}
