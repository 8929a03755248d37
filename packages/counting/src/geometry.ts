// Plane geometry in image coordinates: x to the right, y down.

/** x, y. */
export type Point = readonly [x: number, y: number];

/**
 * How often the straight way from one point to another crosses a line of straight pieces from its left to its right, less the
 * crossings the other way. Left and right are those of someone who walks on the image from the line's first point to its last, the
 * image's top being ahead of one who walks up.
 *
 * Ways through the line's corners and ends, and ways that touch it, are counted as if they were shifted by next to nothing, all by the
 * same: a way cut in two crosses as often as the whole, and a closed line changes sides once. (Edelsbrunner and Mücke, "Simulation
 * of simplicity", 1990.)
 */
export function signedCrossings(from: Point, to: Point, line: readonly Point[]): number {
  let sum = 0;
  for (let k = 1; k < line.length; k++) {
    const [a, b] = [line[k - 1]!, line[k]!];
    const before = isRightOf(from, a, b);
    const after = isRightOf(to, a, b);
    if (before === after) continue;
    if (isRightOfWay(a, from, to) !== isRightOfWay(b, from, to)) sum += after ? 1 : -1;
  }
  return sum;
}

/** Twice the signed area of the triangle a, b, p: positive where p is right of a to b. */
function turn(a: Point, b: Point, p: Point): number {
  return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
}

/** Whether a point of the way, shifted by (e, e * e) for a vanishing e > 0, is right of a piece of the line. */
function isRightOf(p: Point, a: Point, b: Point): boolean {
  const side = turn(a, b, p);
  if (side !== 0) return side > 0;
  return b[1] === a[1] ? b[0] > a[0] : b[1] < a[1];
}

/** Whether a point of the line is right of the way, when that is so shifted. */
function isRightOfWay(p: Point, from: Point, to: Point): boolean {
  const side = turn(from, to, p);
  if (side !== 0) return side > 0;
  return to[1] === from[1] ? to[0] < from[0] : to[1] > from[1];
}

/** Whether a point is inside a polygon, by the even-odd rule: a hole is where it overlaps itself. */
export function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  let [px, py] = polygon.at(-1)!;
  for (const [qx, qy] of polygon) {
    if (py > y !== qy > y && x < px + ((qx - px) * (y - py)) / (qy - py)) inside = !inside;
    [px, py] = [qx, qy];
  }
  return inside;
}

/** Distance of a point from a line of straight pieces. */
export function distanceFrom([x, y]: Point, line: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; k < line.length; k++) {
    const [[ax, ay], [bx, by]] = [line[k - 1]!, line[k]!];
    const [dx, dy] = [bx - ax, by - ay];
    const squared = dx * dx + dy * dy;
    const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared));
    least = Math.min(least, Math.hypot(x - ax - along * dx, y - ay - along * dy));
  }
  return least;
}

/** Whether all points lie on one straight line. */
export function isFlat(points: readonly Point[]): boolean {
  const [first] = points;
  const other = points.find(([x, y]) => x !== first![0] || y !== first![1]);
  return !other || points.every((point) => turn(first!, other, point) === 0);
}
