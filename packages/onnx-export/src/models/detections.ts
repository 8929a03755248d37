import { FairmotError } from '../error.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { cast, concat, reduceSum, reshape, transpose } from '../graph/indexing.js';
import { add, binary, squareRoot } from '../graph/layers.js';
import { fixedDimension, type Value } from '../graph/value.js';
import { denseHead, type Heads } from './heads.js';
import type { NetworkContext } from './network.js';
import { type Peaks, peaks } from './peaks.js';
import { sparseHeads } from './sparse-heads.js';

/** Outputs of a network that decodes its own heat map; K rows always. */
export interface DetectionValues {
  /** float32 [N, K, 4]: x1, y1, x2, y2 in pixels of the network's input. */
  readonly boxes: Value;
  /** float32 [N, K], descending; 0 for what is no peak. */
  readonly scores: Value;
  /** int64 [N, K]. */
  readonly classes: Value;
  /** float32 [N, K, D], L2-normalised; absent where the checkpoint has no `id` head. */
  readonly embeddings?: Value;
}

const stride = 4;

/**
 * Decodes the network's own outputs in the graph (FairMOT src/lib/models/decode.py, mot_decode): the heat map is computed
 * densely, box size, offset and embedding at its K best peaks only.
 *
 * @param features [N, C, H / 4, W / 4]
 * @throws FairmotError where k exceeds the cells of the heat map, or the checkpoint has no `wh` head
 */
export function detections(context: NetworkContext, features: Value, heads: Heads, k: number): DetectionValues {
  const { graph } = context;
  const heat = heads.get('hm');
  const atPeaks = new Map([...heads].filter(([name]) => name !== 'hm'));
  if (!heat || !atPeaks.has('wh')) {
    throw new FairmotError(`Expected heads hm and wh for detections but received ${[...heads.keys()].join(', ')}`, {
      hint: 'export with --outputs heads',
    });
  }
  const logits = denseHead(context, features, 'hm', heat);
  requireCells(logits, k);
  const at = peaks(graph, logits, k);
  const values = sparseHeads(context, features, at, atPeaks);
  const boxes = boxesFrom(graph, at, values.get('wh') as Value, values.get('reg'));
  const id = values.get('id');
  const { scores, classes } = at;
  return { boxes, scores, classes, ...(id ? { embeddings: embeddingsFrom(graph, id) } : {}) };
}

function requireCells(logits: Value, k: number): void {
  const [classes, height, width] = [1, 2, 3].map((axis) => fixedDimension(logits, axis)) as [number, number, number];
  const cells = classes * height * width;
  if (k <= cells) return;
  throw new FairmotError(
    `Expected topK of at most ${cells}, the cells of a ${width}x${height} map, but received ${k}`,
    {
      hint: `use --top-k ${cells} or a larger input`,
    },
  );
}

/** Corners in input pixels [N, K, 4] from wh [N, 4 (left, top, right, bottom) or 2 (width, height), K] and reg [N, 2, K]. */
function boxesFrom(graph: GraphBuilder, { x, y }: Peaks, wh: Value, reg: Value | undefined): Value {
  const [batch = 1, k = 1] = x.shape;
  const rows = [x, y].map((value, i) => reshape(graph, `boxes.${'xy'[i]}`, value, [batch, 1, k]));
  const cell = cast(graph, 'boxes.cell', concat(graph, 'boxes.cell_index', rows, 1), 'float32');
  const centre = add(graph, 'boxes.centre', cell, reg ?? graph.floats('boxes.half', [], [0.5]));
  const centres = concat(graph, 'boxes.centres', [centre, centre], 1);
  const ltrb = fixedDimension(wh, 1) === 4;
  const sides = ltrb ? wh : concat(graph, 'boxes.sides', [wh, wh], 1);
  const part = ltrb ? 1 : 0.5;
  const direction = graph.floats('boxes.direction', [4, 1], [-part, -part, part, part]);
  const corners = add(graph, 'boxes.corners', centres, binary(graph, 'Mul', 'boxes.reach', sides, direction));
  const pixels = binary(graph, 'Mul', 'boxes.pixels', corners, graph.floats('boxes.stride', [], [stride]));
  return transpose(graph, 'boxes.rows', pixels, [0, 2, 1], 'boxes');
}

/** Unit vectors [N, K, D] from id [N, D, K]; the norm is at least 1e-12, as in torch.nn.functional.normalize. */
function embeddingsFrom(graph: GraphBuilder, id: Value): Value {
  const rows = transpose(graph, 'embeddings.rows', id, [0, 2, 1]);
  const squares = binary(graph, 'Mul', 'embeddings.squares', rows, rows);
  const norm = squareRoot(graph, 'embeddings.norm', reduceSum(graph, 'embeddings.sum', squares, 2));
  const atLeast = binary(graph, 'Max', 'embeddings.divisor', norm, graph.floats('embeddings.epsilon', [], [1e-12]));
  return binary(graph, 'Div', 'embeddings', rows, atLeast);
}
