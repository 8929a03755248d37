import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  intOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  valueInfoFrom,
} from '@trt-fairmot/onnx-export';
import { updated } from '../../src/graph/updated.js';
import { type Feeds, graph, run } from './models.js';
import { standardModel } from './standard-model.js';

/** Outputs of one image. */
export interface Rows {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classes: Int32Array;
  readonly embeddings: Float32Array;
}

export interface Map2d {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * What a network with a FairmotPeakHeads node gives for one image: ONNX Runtime computes the node's heat map and
 * features, plain loops over its packed weights the rest, from the plugin's documentation alone.
 */
export async function peakHeadsValues(
  model: ModelProto,
  feeds: Feeds,
  size: { height: number; width: number },
): Promise<Rows> {
  const node = graph(model).node.find(({ opType }) => opType === 'FairmotPeakHeads') as NodeProto;
  const [heatMap, features] = node.input as [string, string];
  const { probe_0: logits, probe_1: map } = await run(standardModel(probed(model, node, [heatMap, features])), feeds);
  const weights = node.input.slice(2).map((name) => {
    const tensor = graph(model).initializer.find((initializer) => initializer.name === name);
    if (!tensor) throw new Error(`no weight ${name}`);
    return floatsFromTensor(tensor);
  });
  const options = Object.fromEntries(
    ['top_k', 'wh', 'reg', 'stride'].map((name) => [name, intOfAttribute(node, name, -1)]),
  ) as Record<'top_k' | 'wh' | 'reg' | 'stride', number>;
  const found = brutePeaks({ data: logits as Float32Array, ...size }, options.top_k);
  return rowsFrom(found, { data: map as Float32Array, ...size }, weights, options);
}

/** The model without the node, with some of its values as float32 outputs. */
function probed(model: ModelProto, node: NodeProto, values: readonly string[]): ModelProto {
  const casts = values.map((value, i) =>
    nodeFrom({
      op: 'Cast',
      name: `probe_${i}`,
      inputs: [value],
      outputs: [`probe_${i}`],
      attributes: { to: DataType.FLOAT },
    }),
  );
  const nodes = [...graph(model).node.filter((candidate) => candidate !== node), ...casts];
  const output = values.map((_, i) =>
    valueInfoFrom({ name: `probe_${i}`, type: 'float32', shape: ['n', 'c', 'h', 'w'] }),
  );
  return updated(model, { graph: updated(graph(model), { node: nodes, output }) });
}

const sigmoid = (logit: number) => Math.fround(1 / (1 + Math.exp(-logit)));

/** Cells whose score no neighbour exceeds, best first, equal scores by index. */
export function brutePeaks({ data, height, width }: Map2d, topK: number): { index: number; score: number }[] {
  const scores = data.map(sigmoid);
  const found: { index: number; score: number }[] = [];
  for (let index = 0; index < scores.length; index++) {
    const [plane, y, x] = [
      Math.floor(index / (height * width)) * height * width,
      Math.floor(index / width) % height,
      index % width,
    ];
    const score = scores[index] as number;
    let highest = 0;
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++)
        highest = Math.max(highest, scores[plane + ny * width + nx] as number);
    }
    if (score > 0 && score >= highest) found.push({ index, score });
  }
  return found.sort((a, b) => b.score - a.score || a.index - b.index).slice(0, topK);
}

function rowsFrom(
  found: readonly { index: number; score: number }[],
  features: Map2d,
  [firstWeight, firstBias, secondWeight, secondBias]: readonly Float32Array[],
  options: Record<'top_k' | 'wh' | 'reg' | 'stride', number>,
): Rows {
  const { top_k: topK, wh, reg, stride } = options;
  const results = (secondBias as Float32Array).length;
  const hidden = (secondWeight as Float32Array).length / results;
  const embedding = results - wh - reg;
  const rows: Rows = {
    boxes: new Float32Array(4 * topK),
    scores: new Float32Array(topK),
    classes: new Int32Array(topK),
    embeddings: new Float32Array(embedding * topK),
  };
  const area = features.height * features.width;
  for (const [row, { index, score }] of found.entries()) {
    const [y, x] = [Math.floor((index % area) / features.width), index % features.width];
    const first = firstLayer(patchAt(features, y, x), firstWeight as Float32Array, firstBias as Float32Array);
    const head = (result: number) => (result < wh ? 0 : result < wh + reg ? 1 : reg === 0 ? 1 : 2);
    const values = Array.from({ length: results }, (_, result) => {
      let sum = (secondBias as Float32Array)[result] as number;
      for (let m = 0; m < hidden; m++) {
        sum +=
          ((secondWeight as Float32Array)[result * hidden + m] as number) *
          (first[head(result) * hidden + m] as number);
      }
      return sum;
    });
    const [cx, cy] = reg === 0 ? [x + 0.5, y + 0.5] : [x + (values[wh] as number), y + (values[wh + 1] as number)];
    const [left, top, right, bottom] = (
      wh === 4 ? values : [values[0], values[1], values[0], values[1]].map((side) => (side as number) / 2)
    ) as [number, number, number, number];
    rows.boxes.set(
      [cx - left, cy - top, cx + right, cy + bottom].map((edge) => edge * stride),
      4 * row,
    );
    rows.scores[row] = score;
    rows.classes[row] = Math.floor(index / area);
    const vector = values.slice(wh + reg);
    const norm = Math.max(Math.hypot(...vector), 1e-12);
    rows.embeddings.set(
      vector.map((value) => value / norm),
      row * embedding,
    );
  }
  return rows;
}

/** [3, 3, channels] around a cell, zero beyond the map. */
function patchAt({ data, height, width }: Map2d, y: number, x: number): Float32Array {
  const area = height * width;
  const channels = data.length / area;
  const patch = new Float32Array(9 * channels);
  for (let tap = 0; tap < 9; tap++) {
    const [ny, nx] = [y + Math.floor(tap / 3) - 1, x + (tap % 3) - 1];
    if (ny < 0 || nx < 0 || ny >= height || nx >= width) continue;
    for (let c = 0; c < channels; c++) patch[tap * channels + c] = data[c * area + ny * width + nx] as number;
  }
  return patch;
}

function firstLayer(patch: Float32Array, weight: Float32Array, bias: Float32Array): Float32Array {
  return bias.map((value, m) => {
    let sum = value;
    for (let k = 0; k < patch.length; k++) sum += (weight[m * patch.length + k] as number) * (patch[k] as number);
    return Math.max(sum, 0);
  });
}
