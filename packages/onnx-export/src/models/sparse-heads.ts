import type { TensorSource } from '../graph/graph-builder.js';
import { cast, compare, expand, gatherElements, reshape, slice } from '../graph/indexing.js';
import { add, binary, type ConvolutionWeights, conv, relu } from '../graph/layers.js';
import { type Dimension, fixedDimension, type Value } from '../graph/value.js';
import type { HeadName, Heads } from './heads.js';
import type { NetworkContext } from './network.js';
import type { Peaks } from './peaks.js';

/**
 * Heads evaluated at the peaks only: their 3x3 convolutions become one product with the gathered 3x3 patches.
 *
 * @param features [N, C, H, W]
 * @returns per head float32 [N, channels of the head, K]
 */
export function sparseHeads(context: NetworkContext, features: Value, at: Peaks, heads: Heads): Map<HeadName, Value> {
  const { graph, weights } = context;
  const channels = fixedDimension(features, 1);
  const firsts = [...heads].map(([name, { hidden }]) => weights.conv(`${name}.0`, [hidden, channels, 3, 3], true));
  const patches = patchesAt(context, features, at);
  const hidden = relu(graph, 'patches.1', conv(graph, 'patches.0', patches, joined(firsts)));
  const results = new Map<HeadName, Value>();
  let begin = 0;
  for (const [name, head] of heads) {
    const end = begin + head.hidden;
    const own = slice(graph, `${name}.1`, hidden, { axis: 1, begin, end });
    const second = weights.conv(`${name}.2`, [head.channels, head.hidden, 1, 1], true);
    const column = conv(graph, `${name}.2`, own, second);
    const rows = reshape(graph, `${name}.rows`, column, column.shape.slice(0, 3));
    results.set(name, rows.type === 'float32' ? rows : cast(graph, `${name}.float32`, rows, 'float32'));
    begin = end;
  }
  return results;
}

/** The 3x3 kernels of several heads as one 1x1 kernel over patches: [sum of hidden, 9 C, 1, 1]. */
function joined(convolutions: readonly Required<ConvolutionWeights>[]): Required<ConvolutionWeights> {
  const [first] = convolutions;
  const patch = (first?.weight.shape ?? []).slice(1).reduce((product, size) => product * size, 1);
  const rows = convolutions.reduce((sum, { bias }) => sum + (bias.shape[0] ?? 0), 0);
  return {
    weight: { shape: [rows, patch, 1, 1], read: () => readAll(convolutions.map(({ weight }) => weight)) },
    bias: { shape: [rows], read: () => readAll(convolutions.map(({ bias }) => bias)) },
  };
}

async function readAll(sources: readonly TensorSource[]): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const source of sources) parts.push(await source.read());
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** The 3x3 patches around the peaks, zero beyond the map: [N, 9 C, K, 1], channel-major, taps row by row. */
function patchesAt({ graph }: NetworkContext, features: Value, at: Peaks): Value {
  const [batch = 1] = features.shape;
  const [channels, height, width] = [1, 2, 3].map((axis) => fixedDimension(features, axis)) as [number, number, number];
  const k = fixedDimension(at.x, 1);
  const rows = taps(graph, 'patches.y', at.y, height, [batch, 3, 1, k]);
  const columns = taps(graph, 'patches.x', at.x, width, [batch, 1, 3, k]);
  const rowStart = binary(graph, 'Mul', 'patches.row_start', rows.inside, graph.ints([], [width]));
  const cells = add(graph, 'patches.cells', rowStart, columns.inside);
  const cellRow = reshape(graph, 'patches.cell_row', cells, [batch, 1, 9 * k]);
  const indices = expand(graph, 'patches.indices', cellRow, [batch, channels, 9 * k]);
  const map = reshape(graph, 'patches.map', features, [batch, channels, height * width]);
  const gathered = gatherElements(graph, 'patches.gathered', map, indices);
  const onMap = compare(graph, 'And', 'patches.on_map', rows.onMap, columns.onMap);
  const onMapRow = reshape(graph, 'patches.on_map_row', onMap, [batch, 1, 9 * k]);
  const mask = cast(graph, 'patches.mask', onMapRow, features.type);
  const padded = binary(graph, 'Mul', 'patches.padded', gathered, mask);
  return reshape(graph, 'patches', padded, [batch, 9 * channels, k, 1]);
}

/** The three positions around each peak on one axis: clamped to the map, and whether they lie on it. */
function taps(
  graph: NetworkContext['graph'],
  name: string,
  centre: Value,
  size: number,
  shape: readonly Dimension[],
): { inside: Value; onMap: Value } {
  const [batch = 1, k = 1] = centre.shape;
  const centres = reshape(graph, `${name}.centre`, centre, [batch, 1, 1, k]);
  const offsets = graph.ints(shape[1] === 3 ? [3, 1, 1] : [3, 1], [-1, 0, 1]);
  const positions = add(graph, `${name}.positions`, centres, offsets);
  const notBefore = binary(graph, 'Max', `${name}.not_before`, positions, graph.ints([], [0]));
  const inside = binary(graph, 'Min', `${name}.inside`, notBefore, graph.ints([], [size - 1]));
  return { inside, onMap: compare(graph, 'Equal', `${name}.on_map`, positions, inside) };
}
