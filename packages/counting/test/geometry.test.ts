// Against other ways to the same answer: intersections solved for, angles summed up, points tried densely.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceFrom, isFlat, isInside, type Point, signedCrossings } from '../src/geometry.js';

// Few whole numbers, so that points often meet, touch and lie in line.
const point = fc.tuple(fc.nat(8), fc.nat(8)) as fc.Arbitrary<Point>;
const line = fc.array(point, { minLength: 2, maxLength: 6 });

const shifted = ([x, y]: Point): Point => [x + 1e-4, y + 1e-8];

/** Crossings by solving from + t (to - from) = a + u (b - a). */
function solvedCrossings(from: Point, to: Point, points: readonly Point[]): number {
  const [p, q] = [shifted(from), shifted(to)];
  let sum = 0;
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    const [dx, dy, ex, ey] = [b[0] - a[0], b[1] - a[1], q[0] - p[0], q[1] - p[1]];
    const determinant = dx * ey - dy * ex;
    if (determinant === 0) continue;
    const t = (dy * (p[0] - a[0]) - dx * (p[1] - a[1])) / determinant;
    const u = (ey * (p[0] - a[0]) - ex * (p[1] - a[1])) / determinant;
    if (t > 0 && t < 1 && u > 0 && u < 1) sum += Math.sign(determinant);
  }
  return sum;
}

/** How often a closed line goes round a point, clockwise on the screen, by the angles it is seen under. */
function windings([x, y]: Point, polygon: readonly Point[]): number {
  let sum = 0;
  for (const [k, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(k + 1) % polygon.length]!;
    const [ux, uy, vx, vy] = [ax - x, ay - y, bx - x, by - y];
    sum += Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy);
  }
  return Math.round(sum / (2 * Math.PI)) || 0; // no negative zero
}

describe('signedCrossings', () => {
  const across: Point[] = [
    [0, 5],
    [10, 5],
  ];
  test('in is from left to right of one who walks along the line: downwards where it runs to the right', () => {
    expect(signedCrossings([3, 2], [4, 8], across)).toBe(1);
    expect(signedCrossings([4, 8], [3, 2], across)).toBe(-1);
    expect(signedCrossings([4, 8], [3, 2], across.toReversed())).toBe(1);
    expect(signedCrossings([12, 2], [12, 8], across)).toBe(0);
    expect(signedCrossings([3, 2], [8, 2], across)).toBe(0);
  });

  test('is what solving for the intersections gives, also where points meet', () => {
    fc.assert(
      fc.property(point, point, line, (from, to, points) => {
        expect(signedCrossings(from, to, points)).toBe(solvedCrossings(from, to, points));
      }),
      { numRuns: 3000 },
    );
  });

  test('a closed line is crossed as often as it goes round one end more than round the other', () => {
    fc.assert(
      fc.property(point, point, fc.array(point, { minLength: 3, maxLength: 6 }), (from, to, polygon) => {
        const closed = [...polygon, polygon[0]!];
        const difference = windings(shifted(to), polygon) - windings(shifted(from), polygon);
        expect(signedCrossings(from, to, closed)).toBe(difference);
      }),
      { numRuns: 2000 },
    );
  });

  test('a way in two parts crosses as often as the whole, and back as often the other way', () => {
    fc.assert(
      fc.property(point, point, line, ([x1, y1], [x2, y2], points) => {
        const doubled = points.map(([x, y]): Point => [2 * x, 2 * y]);
        const [from, half, to]: Point[] = [
          [2 * x1, 2 * y1],
          [x1 + x2, y1 + y2],
          [2 * x2, 2 * y2],
        ] as const;
        const whole = signedCrossings(from!, to!, doubled);
        expect(signedCrossings(from!, half!, doubled) + signedCrossings(half!, to!, doubled)).toBe(whole);
        expect(signedCrossings(to!, from!, doubled)).toBe(whole === 0 ? 0 : -whole);
      }),
      { numRuns: 1000 },
    );
  });
});

test('isInside is what the windings say, holes included', () => {
  fc.assert(
    fc.property(point, fc.array(point, { minLength: 3, maxLength: 7 }), ([x, y], polygon) => {
      const apart: Point = [x + 0.31, y + 0.47];
      fc.pre(distanceFrom(apart, [...polygon, polygon[0]!]) > 1e-6);
      const parity = Math.abs(windings(apart, polygon)) % 2 === 1;
      expect(isInside(apart, polygon)).toBe(parity);
    }),
    { numRuns: 2000 },
  );
});

test('distanceFrom is the least distance of many points on the line', () => {
  fc.assert(
    fc.property(point, line, (from, points) => {
      let least = Number.POSITIVE_INFINITY;
      for (let k = 1; k < points.length; k++) {
        const [[ax, ay], [bx, by]] = [points[k - 1]!, points[k]!];
        for (let t = 0; t <= 1; t += 1 / 512)
          least = Math.min(least, Math.hypot(ax + t * (bx - ax) - from[0], ay + t * (by - ay) - from[1]));
      }
      const distance = distanceFrom(from, points);
      expect(distance).toBeLessThanOrEqual(least + 1e-12);
      expect(distance).toBeGreaterThan(least - 0.03);
    }),
  );
});

test('isFlat', () => {
  const onLine: Point[] = [
    [1, 1],
    [1, 1],
    [3, 2],
    [5, 3],
  ];
  expect(isFlat(onLine)).toBe(true);
  expect(isFlat([...onLine, [5, 4]])).toBe(false);
});
