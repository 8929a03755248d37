// Modulated deformable convolution from its definition, in float64, one output number at a time.
export interface DeformCase {
  readonly x: Float32Array;
  readonly offset: Float32Array;
  readonly mask: Float32Array;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly channels: number;
  readonly outChannels: number;
  readonly height: number;
  readonly width: number;
}

/** 3x3, stride 1, padding 1, one group; x [C, H, W], offset [18, H, W] of (dy, dx) per tap, mask [9, H, W]; result [O, H, W]. */
export function bruteForceDeformConv({
  x,
  offset,
  mask,
  weight,
  bias,
  channels,
  outChannels,
  height,
  width,
}: DeformCase): Float32Array {
  const pixel = (c: number, y: number, u: number) =>
    y < 0 || y >= height || u < 0 || u >= width ? 0 : x[(c * height + y) * width + u]!;
  const sample = (c: number, y: number, u: number) => {
    if (y <= -1 || y >= height || u <= -1 || u >= width) return 0;
    const [top, left] = [Math.floor(y), Math.floor(u)];
    const [dy, dx] = [y - top, u - left];
    return (
      (1 - dy) * (1 - dx) * pixel(c, top, left) +
      (1 - dy) * dx * pixel(c, top, left + 1) +
      dy * (1 - dx) * pixel(c, top + 1, left) +
      dy * dx * pixel(c, top + 1, left + 1)
    );
  };
  const out = new Float32Array(outChannels * height * width);
  for (let o = 0; o < outChannels; o++)
    for (let i = 0; i < height * width; i++) {
      const [row, column] = [Math.floor(i / width), i % width];
      let sum = bias[o]!;
      for (let tap = 0; tap < 9; tap++) {
        const y = row - 1 + Math.floor(tap / 3) + offset[2 * tap * height * width + i]!;
        const u = column - 1 + (tap % 3) + offset[(2 * tap + 1) * height * width + i]!;
        const modulation = mask[tap * height * width + i]!;
        for (let c = 0; c < channels; c++) sum += weight[(o * channels + c) * 9 + tap]! * modulation * sample(c, y, u);
      }
      out[o * height * width + i] = sum;
    }
  return out;
}
