import { FairmotError } from '../error.js';
import { cast } from '../graph/indexing.js';
import { conv, relu } from '../graph/layers.js';
import { fixedDimension, type Value } from '../graph/value.js';
import type { NetworkContext } from './network.js';
import type { Weights } from './weights.js';

/** FairMOT's heads, in the order of the outputs. */
export const headNames = ['hm', 'wh', 'reg', 'id'] as const;

export type HeadName = (typeof headNames)[number];

/** Channels of a head: of its 3x3 convolution, and of its result. */
export interface HeadWidths {
  readonly hidden: number;
  readonly channels: number;
}

/** The heads a checkpoint has; CenterNet has no `id`. */
export type Heads = ReadonlyMap<HeadName, HeadWidths>;

/** Reads the heads and their widths off the tensors' shapes. */
export function headsFromWeights(weights: Weights): Heads {
  const heads = new Map<HeadName, HeadWidths>();
  for (const name of headNames) {
    if (name !== 'hm' && !weights.has(`${name}.0.weight`) && !weights.has(`${name}.2.weight`)) continue;
    const hidden = weights.shape(`${name}.0.weight`, 4)[0] as number;
    heads.set(name, { hidden, channels: weights.shape(`${name}.2.weight`, 4)[0] as number });
  }
  requireChannels('wh', heads.get('wh'), [2, 4]);
  requireChannels('reg', heads.get('reg'), [2]);
  return heads;
}

function requireChannels(name: HeadName, head: HeadWidths | undefined, allowed: readonly number[]): void {
  if (!head || allowed.includes(head.channels)) return;
  throw new FairmotError(
    `Expected ${allowed.join(' or ')} output channels in tensor ${name}.2.weight but received ${head.channels}`,
  );
}

/** Name of a head's output in the graph. */
export function outputName(head: HeadName): string {
  return head === 'id' ? 'id_feature' : head;
}

/**
 * A head on the whole map: 3x3 convolution, ReLU, 1x1 convolution; float32 whatever the graph's type.
 *
 * @param features [N, C, H / 4, W / 4]
 * @returns [N, channels of the head, H / 4, W / 4], called `output`
 */
export function denseHead(
  context: NetworkContext,
  features: Value,
  name: HeadName,
  { hidden, channels }: HeadWidths,
): Value {
  const { graph, weights } = context;
  const first = weights.conv(`${name}.0`, [hidden, fixedDimension(features, 1), 3, 3], true);
  const second = weights.conv(`${name}.2`, [channels, hidden, 1, 1], true);
  const inner = relu(graph, `${name}.1`, conv(graph, `${name}.0`, features, first, { padding: 1 }));
  const output = outputName(name);
  if (graph.floatType === 'float32') return conv(graph, `${name}.2`, inner, second, { output });
  return cast(graph, `${output}.float32`, conv(graph, `${name}.2`, inner, second), 'float32', output);
}
