// FairMOT's decoding of dense heads, written plainly from its description; shares no code with the package.
interface Map3 {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface BruteDetection {
  readonly score: number;
  readonly class: number;
  readonly cell: number;
  readonly box: readonly number[];
  readonly embedding: readonly number[];
}

/** All peaks of image n, best first, equal scores by lowest index over [class, row, column]; boxes in input pixels. */
export function bruteForceDecode(heads: { hm: Map3; wh: Map3; reg?: Map3; id?: Map3 }, n = 0): BruteDetection[] {
  const [, classes, height, width] = heads.hm.dims as [number, number, number, number];
  const at = (map: Map3, channel: number, y: number, x: number) =>
    map.data[((n * map.dims[1]! + channel) * height + y) * width + x]!;
  const score = (c: number, y: number, x: number) => Math.fround(1 / (1 + Math.exp(-at(heads.hm, c, y, x))));
  const found: BruteDetection[] = [];
  for (let c = 0; c < classes; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const own = score(c, y, x);
        let peak = true;
        for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
          for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) if (score(c, v, u) > own) peak = false;
        if (!peak) continue;
        const cx = x + (heads.reg ? at(heads.reg, 0, y, x) : 0.5);
        const cy = y + (heads.reg ? at(heads.reg, 1, y, x) : 0.5);
        const sizes = Array.from({ length: heads.wh.dims[1]! }, (_, i) => at(heads.wh, i, y, x));
        const [left, top, right, bottom] =
          sizes.length === 4 ? sizes : [sizes[0]! / 2, sizes[1]! / 2, sizes[0]! / 2, sizes[1]! / 2];
        const id = Array.from({ length: heads.id?.dims[1] ?? 0 }, (_, d) => at(heads.id!, d, y, x));
        const norm = Math.max(1e-12, Math.hypot(...id));
        found.push({
          score: own,
          class: c,
          cell: y * width + x,
          box: [cx - left!, cy - top!, cx + right!, cy + bottom!].map((value) => 4 * value),
          embedding: id.map((value) => value / norm),
        });
      }
  return found.sort((a, b) => b.score - a.score);
}
