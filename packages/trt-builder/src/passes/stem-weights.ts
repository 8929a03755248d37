/** Weights of a convolution, [outChannels, inChannels, kernel, kernel]. */
export interface StemConvolution {
  readonly outChannels: number;
  readonly inChannels: number;
  readonly kernel: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** base_layer, level0 and level1 of FairMOT's DLA. */
export type StemConvolutions = readonly [StemConvolution, StemConvolution, StemConvolution];

/** Most channels that `FairmotStem` takes behind each layer. */
export const stemChannels = [16, 16, 32] as const;

const baseRowSteps = 7;
const baseSteps = 11;
const levelSteps = 9;
const steps = baseSteps + 3 * levelSteps;
const perStep = 32 * 8;

interface Position {
  readonly layer: 0 | 1 | 2;
  readonly outChannel: number;
  readonly inChannel: number;
  readonly row: number;
  readonly column: number;
}

/**
 * The weights as the plugin's tensor cores read them, [38 steps, 32 lanes, 2 blocks of output channels, 2 words, 2 halves]
 * (plugins/stem/README.md): zeros where a step has no weight, or the layer fewer channels.
 *
 * @returns 9728 numbers
 */
export function packedStemWeights(layers: StemConvolutions): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: steps * perStep }, (_, index) => {
    const { layer, outChannel, inChannel, row, column } = positionOf(index);
    const { outChannels, inChannels, kernel, weight } = layers[layer];
    const exists = outChannel < outChannels && inChannel < inChannels && row < kernel && column < kernel;
    return exists ? (weight[((outChannel * inChannels + inChannel) * kernel + row) * kernel + column] as number) : 0;
  });
}

/** The biases, [16 of base_layer, 16 of level0, 32 of level1], zeros behind each layer's channels. */
export function packedStemBiases(layers: StemConvolutions): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(stemChannels[0] + stemChannels[1] + stemChannels[2]);
  packed.set(layers[0].bias, 0);
  packed.set(layers[1].bias, stemChannels[0]);
  packed.set(layers[2].bias, stemChannels[0] + stemChannels[1]);
  return packed;
}

/** Which weight is at a place of the packed array. */
function positionOf(index: number): Position {
  const step = Math.floor(index / perStep);
  const lane = Math.floor(index / 8) % 32;
  const [word, half] = [Math.floor(index / 2) % 2, index % 2];
  const outChannel = (Math.floor(index / 4) % 2) * 8 + Math.floor(lane / 4);
  if (step < baseSteps) return { layer: 0, outChannel, ...basePositionOf(step, lane % 4, word, half) };
  const level = step - baseSteps;
  const tap = level % levelSteps;
  const block = Math.floor(level / levelSteps); // 0: level0, 1 and 2: level1
  return {
    layer: block === 0 ? 1 : 2,
    outChannel: outChannel + (block === 2 ? 16 : 0),
    inChannel: word * 8 + (lane % 4) * 2 + half,
    row: Math.floor(tap / 3),
    column: tap % 3,
  };
}

/** The 7x7 kernel: first one row a step, then green and blue of its last three columns, two rows a step. */
function basePositionOf(step: number, quad: number, word: number, half: number) {
  if (step >= baseRowSteps)
    return { inChannel: 1 + half, row: (step - baseRowSteps) * 2 + word, column: 4 + quad } as const;
  if (word === 0) return { inChannel: 1 + half, row: step, column: quad } as const;
  return { inChannel: 0, row: step, column: quad + 4 * half } as const;
}
