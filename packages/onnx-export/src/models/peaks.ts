import type { GraphBuilder } from '../graph/graph-builder.js';
import { compare, reshape, topK, where } from '../graph/indexing.js';
import { binary, maxPool, sigmoid } from '../graph/layers.js';
import { fixedDimension, type Value } from '../graph/value.js';

/** The k best peaks of a heat map. */
export interface Peaks {
  /** float32 [N, K], descending; 0 for what is no peak. */
  readonly scores: Value;
  /** int64 [N, K]. */
  readonly classes: Value;
  /** Column on the map, int64 [N, K]. */
  readonly x: Value;
  /** Row on the map, int64 [N, K]. */
  readonly y: Value;
}

/**
 * Cells that are the largest of their 3x3 neighbourhood after the sigmoid, best first over all classes, equal scores by
 * lowest index (FairMOT src/lib/models/decode.py, _nms and _topk). The remaining rows have score 0.
 *
 * @param logits float32 [N, classes, H, W], before the sigmoid
 */
export function peaks(graph: GraphBuilder, logits: Value, k: number): Peaks {
  const [batch = 1] = logits.shape;
  const [classes, height, width] = [1, 2, 3].map((axis) => fixedDimension(logits, axis)) as [number, number, number];
  const heat = sigmoid(graph, 'peaks.heat', logits);
  const largest = maxPool(graph, 'peaks.largest', heat, { kernel: 3, stride: 1, padding: 1 });
  const isPeak = compare(graph, 'Equal', 'peaks.is_peak', largest, heat);
  const kept = where(graph, 'peaks.kept', isPeak, heat, graph.floats('peaks.zero', [], [0]));
  const flat = reshape(graph, 'peaks.flat', kept, [batch, classes * height * width]);
  const { values, indices } = topK(graph, 'peaks.top', flat, k, { values: 'scores', indices: 'peaks.indices' });
  const [classIndex, cell] = divided(graph, indices, height * width, { quotient: 'classes', remainder: 'peaks.cell' });
  const [y, x] = divided(graph, cell, width, { quotient: 'peaks.y', remainder: 'peaks.x' });
  return { scores: values, classes: classIndex, x, y };
}

/** Quotient and remainder of non-negative integers. */
function divided(
  graph: GraphBuilder,
  value: Value,
  divisor: number,
  names: { readonly quotient: string; readonly remainder: string },
): [Value, Value] {
  const by = graph.ints([], [divisor]);
  const quotient = binary(graph, 'Div', names.quotient, value, by);
  const whole = binary(graph, 'Mul', `${names.remainder}.whole`, quotient, by);
  return [quotient, binary(graph, 'Sub', names.remainder, value, whole)];
}
