// The small network with its decode inside: boxes, scores, classes, embeddings of the best cells, best first.
import { bytes, modelOf, node, tensor, value } from './onnx-bytes.mjs';
import { size } from './small-network.mjs';

export const rows = 64;
const stride = 4;

/** Boxes are the four channels of wh as they are, scores hm as it is: what matters is which cells come back, and where to. */
export function onnxOfDetections(heads, { batch = 1 } = {}) {
  const int64 = (name, ...numbers) => tensor(name, [numbers.length], BigInt64Array.from(numbers, BigInt), 7);
  const parts = [
    bytes(2, 'detections'),
    value(11, 'input', [batch, 3, size.height, size.width]),
    int64('flat', 0, -1),
    int64('rows', rows),
    int64('last', -1),
  ];
  for (const [head, output] of [
    ['hm', 'scores'],
    ['wh', 'boxes'],
    ['id', 'embeddings'],
  ]) {
    const { channels, weights, bias } = heads[head];
    const attributes = { kernel_shape: [stride, stride], strides: [stride, stride], pads: [0, 0, 0, 0] };
    parts.push(
      tensor(`${head}.weight`, [channels, 3, stride, stride], weights),
      tensor(`${head}.bias`, [channels], bias),
      node('Conv', ['input', `${head}.weight`, `${head}.bias`], [head], attributes),
    );
    if (head === 'hm') {
      parts.push(
        node('Reshape', [head, 'flat'], ['hm.flat']),
        node('TopK', ['hm.flat', 'rows'], [output, 'cells'], { axis: 1, largest: 1, sorted: 1 }),
        node('Unsqueeze', ['cells', 'last'], ['cells.column']),
        node('Sub', ['cells', 'cells'], ['classes']),
        value(12, output, [batch, rows]),
        value(12, 'classes', [batch, rows], 7),
      );
      continue;
    }
    parts.push(
      int64(`${head}.flat`, 0, channels, -1),
      node('Reshape', [head, `${head}.flat`], [`${head}.cells`]),
      node('Transpose', [`${head}.cells`], [`${head}.rows`], { perm: [0, 2, 1] }),
      node('GatherND', [`${head}.rows`, 'cells.column'], [output], { batch_dims: 1 }),
      value(12, output, [batch, rows, channels]),
    );
  }
  return modelOf(parts);
}

/** What the network above gives for one image. @param maps as of `headsOf` */
export function detectionsOf({ hm, wh, id, width, height }, confidence) {
  const cells = width * height;
  const best = Array.from({ length: cells }, (_, cell) => cell)
    .sort((a, b) => hm.data[b] - hm.data[a] || a - b)
    .slice(0, rows)
    .filter((cell) => hm.data[cell] > confidence);
  const pick = ({ data, channels }) =>
    Float32Array.from(
      best.flatMap((cell) => Array.from({ length: channels }, (_, channel) => data[channel * cells + cell])),
    );
  return {
    count: best.length,
    boxes: pick(wh),
    scores: Float32Array.from(best, (cell) => hm.data[cell]),
    classes: new Int32Array(best.length),
    embeddings: pick(id),
    embeddingSize: id.channels,
  };
}
