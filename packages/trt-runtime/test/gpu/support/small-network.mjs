// A FairMOT-shaped network of one convolution a head, with its outputs computed in plain JavaScript.
import { onnxFromHeads } from './onnx-bytes.mjs';
import { randomNormal, randomSource } from './random.mjs';

export const size = { width: 256, height: 128 };
const channelsOf = { hm: 1, wh: 4, reg: 2, id: 32 };

/** Heads with random weights. A grey area, such as the letterbox's border, is no peak; noise has some hundred. */
export function smallNetwork(seed = 7) {
  const random = randomSource(seed);
  const heads = {};
  for (const [name, channels] of Object.entries(channelsOf)) {
    heads[name] = {
      channels,
      weights: randomNormal(random, channels * 48, name === 'hm' ? 4 : 0.3),
      bias: randomNormal(random, channels, 0.5),
    };
  }
  const grey = (128 / 255) * heads.hm.weights.reduce((sum, weight) => sum + weight, 0);
  heads.hm.bias[0] = -2 - grey;
  return heads;
}

export const onnxOf = (heads, options = {}) => onnxFromHeads({ ...size, heads, ...options });

/** Heads of one image, as `detectionsFromHeads` takes them. @param input [3, height, width] */
export function headsOf(network, input) {
  const [width, height] = [size.width / 4, size.height / 4];
  const result = { width, height };
  for (const [name, { channels, weights, bias }] of Object.entries(network)) {
    const data = new Float32Array(channels * width * height);
    for (let o = 0; o < channels; o++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          data[(o * height + y) * width + x] = bias[o] + patchSum(input, weights, 48 * o, 4 * x, 4 * y);
        }
      }
    }
    result[name] = { data, channels };
  }
  return result;
}

function patchSum(input, weights, from, left, top) {
  let sum = 0;
  for (let c = 0; c < 3; c++) {
    for (let v = 0; v < 4; v++) {
      const row = (c * size.height + top + v) * size.width + left;
      for (let u = 0; u < 4; u++) sum += input[row + u] * weights[from + 16 * c + 4 * v + u];
    }
  }
  return sum;
}
