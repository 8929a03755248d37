import { concat } from '../graph/indexing.js';
import { add, maxPool, relu } from '../graph/layers.js';
import { fixedDimension, type Value } from '../graph/value.js';
import { convNorm, convNormRelu, type NetworkContext } from './network.js';
import type { Weights } from './weights.js';

/** Channels of the six levels of DLA-34, at strides 1, 2, 4, 8, 16, 32. */
export type BackboneWidths = readonly [number, number, number, number, number, number];

/** Reads the widths of the backbone off the tensors' shapes; published: 16, 32, 64, 128, 256, 512. */
export function backboneWidths(weights: Weights): BackboneWidths {
  const width = (conv: string) => weights.shape(`base.${conv}.weight`, 4)[0] as number;
  return [
    width('level0.0'),
    width('level1.0'),
    width('level2.tree1.conv1'),
    width('level3.tree1.tree1.conv1'),
    width('level4.tree1.tree1.conv1'),
    width('level5.tree1.conv1'),
  ];
}

/**
 * Backbone DLA-34 of FairMOT (src/lib/models/networks/pose_dla_dcn.py, class DLA): image [N, 3, H, W] to the outputs
 * of its six levels. The classifier and the outer projections of levels 3 and 4 never reach an output and are dropped.
 */
export function dla34(context: NetworkContext, image: Value, widths: BackboneWidths): Value[] {
  for (const unused of ['base.fc.', 'base.level3.project.', 'base.level4.project.']) context.weights.drop(unused);
  const stem = {
    conv: 'base.base_layer.0',
    norm: 'base.base_layer.1',
    channels: stemWidth(context.weights),
    kernel: 7,
  };
  const x = convNormRelu(context, image, stem, 'base.base_layer.2');
  const level0 = plainLevel(context, x, 'base.level0', widths[0], 1);
  const level1 = plainLevel(context, level0, 'base.level1', widths[1], 2);
  const level2 = tree(context, level1, { name: 'base.level2', channels: widths[2], stride: 2, children: [] });
  const level3 = doubleTree(context, level2, 'base.level3', widths[3]);
  const level4 = doubleTree(context, level3, 'base.level4', widths[4]);
  const level5 = tree(context, level4, {
    name: 'base.level5',
    channels: widths[5],
    stride: 2,
    children: [],
    keepsInput: true,
  });
  return [level0, level1, level2, level3, level4, level5];
}

function stemWidth(weights: Weights): number {
  return weights.shape('base.base_layer.0.weight', 4)[0] as number;
}

function plainLevel(context: NetworkContext, x: Value, name: string, channels: number, stride: number): Value {
  const layer = { conv: `${name}.0`, norm: `${name}.1`, channels, kernel: 3, stride };
  return convNormRelu(context, x, layer, `${name}.2`);
}

interface Tree {
  readonly name: string;
  readonly channels: number;
  readonly stride: number;
  /** Values the root joins behind those of its own two blocks. */
  readonly children: readonly Value[];
  /** The pooled input, where the caller has it already. */
  readonly pooled?: Value;
  /** Whether the pooled input is one of the children ("level_root"). */
  readonly keepsInput?: boolean;
}

/** Tree of two residual blocks and a root (pose_dla_dcn.py, class Tree with levels 1). */
function tree(
  context: NetworkContext,
  x: Value,
  { name, channels, stride, children, pooled, keepsInput }: Tree,
): Value {
  const bottom =
    pooled ?? (stride > 1 ? maxPool(context.graph, `${name}.downsample`, x, { kernel: stride, stride }) : x);
  const residual = projected(context, bottom, name, channels);
  const x1 = basicBlock(context, x, residual, { name: `${name}.tree1`, channels, stride });
  const x2 = basicBlock(context, x1, x1, { name: `${name}.tree2`, channels, stride: 1 });
  const joined = concat(
    context.graph,
    `${name}.root.concat`,
    [x2, x1, ...(keepsInput ? [bottom] : []), ...children],
    1,
  );
  const root = { conv: `${name}.root.conv`, norm: `${name}.root.bn`, channels, kernel: 1 };
  return convNormRelu(context, joined, root, `${name}.root`);
}

/** Tree of two trees (class Tree with levels 2, level_root): the second root also joins the pooled input and the first tree. */
function doubleTree(context: NetworkContext, x: Value, name: string, channels: number): Value {
  const bottom = maxPool(context.graph, `${name}.downsample`, x, { kernel: 2, stride: 2 });
  const first = tree(context, x, { name: `${name}.tree1`, channels, stride: 2, children: [], pooled: bottom });
  return tree(context, first, { name: `${name}.tree2`, channels, stride: 1, children: [bottom, first] });
}

function projected(context: NetworkContext, bottom: Value, name: string, channels: number): Value {
  if (fixedDimension(bottom, 1) === channels) return bottom;
  return convNorm(context, bottom, { conv: `${name}.project.0`, norm: `${name}.project.1`, channels, kernel: 1 });
}

function basicBlock(
  context: NetworkContext,
  x: Value,
  residual: Value,
  { name, channels, stride }: { readonly name: string; readonly channels: number; readonly stride: number },
): Value {
  const first = { conv: `${name}.conv1`, norm: `${name}.bn1`, channels, kernel: 3, stride };
  const second = { conv: `${name}.conv2`, norm: `${name}.bn2`, channels, kernel: 3 };
  const inner = convNorm(context, convNormRelu(context, x, first, `${name}.relu1`), second);
  return relu(context.graph, name, add(context.graph, `${name}.add`, inner, residual));
}
