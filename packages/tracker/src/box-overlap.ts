/**
 * IoU distance (1 - intersection over union) of two boxes x1, y1, x2, y2 in flat arrays. `pixel` is 1 where the last pixel counts, as in
 * cython_bbox, which FairMOT uses, and 0 for plain areas.
 */
export function overlapDistance(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, pixel: number): number {
  const width = Math.min(a[aFrom + 2]!, b[bFrom + 2]!) - Math.max(a[aFrom]!, b[bFrom]!) + pixel;
  if (!(width > 0)) return 1;
  const height = Math.min(a[aFrom + 3]!, b[bFrom + 3]!) - Math.max(a[aFrom + 1]!, b[bFrom + 1]!) + pixel;
  if (!(height > 0)) return 1;
  const intersection = width * height;
  return 1 - intersection / (area(a, aFrom, pixel) + area(b, bFrom, pixel) - intersection);
}

function area(box: Float64Array, from: number, pixel: number): number {
  return (box[from + 2]! - box[from]! + pixel) * (box[from + 3]! - box[from + 1]! + pixel);
}
