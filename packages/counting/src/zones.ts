// Where to count: named lines and regions, checked and in pixels.
import { isFlat, type Point } from './geometry.js';

/** The point of a box that stands for the object: the middle of its lower edge, its centre, or the middle of its upper edge. */
export type Anchor = 'bottom' | 'center' | 'top';

/** A line to cross or a region to be in. */
export interface Zone {
  /** Of its own among all lines and regions. */
  readonly name: string;
  /** Of a line 2 or more, from its first end to its last; of a region 3 or more, its corners in order. */
  readonly points: readonly Point[];
}

/** What to count, as in a zones file. */
export interface Zones {
  /** Of the points: pixels of the frame, or fractions of its width and height. Default 'pixels'. */
  readonly units?: 'pixels' | 'fractions' | undefined;
  /** Default 'bottom': where people stand. */
  readonly anchor?: Anchor | undefined;
  /**
   * How far the anchor must be from a line before a crossing counts, and outside a region before it has left, as a share of the box's
   * height, 0 or more. Raising it ignores more trembling, and more short visits across the line. Default 0.1.
   */
  readonly margin?: number | undefined;
  readonly lines?: readonly Zone[] | undefined;
  readonly regions?: readonly Zone[] | undefined;
}

/** Zones with everything settled, in pixels of the frame. */
export interface PixelZones {
  readonly anchor: Anchor;
  readonly margin: number;
  readonly lines: readonly Zone[];
  readonly regions: readonly Zone[];
}

/**
 * Zones in pixels of a frame, defaults filled in.
 *
 * @throws RangeError that names the zone: too few points, no extent, numbers that are none, fractions beyond 0 to 1, no point of it in
 * the frame, a name used twice
 */
export function pixelZones(zones: Zones, frame: { readonly width: number; readonly height: number }): PixelZones {
  const { units = 'pixels', anchor = 'bottom', margin = 0.1, lines = [], regions = [] } = zones;
  if (!(margin >= 0 && Number.isFinite(margin)))
    throw new RangeError(`Expected margin to be a number of at least 0 but received ${margin}`);
  if (!['bottom', 'center', 'top'].includes(anchor))
    throw new RangeError(`Expected anchor to be 'bottom', 'center' or 'top' but received ${anchor}`);
  if (lines.length + regions.length === 0) throw new RangeError('Expected a line or a region but received none');
  requireOwnNames([...lines, ...regions]);
  const settle = (zone: Zone, what: string, least: number) => {
    const title = `${what} '${zone.name}'`;
    requirePoints(zone, title, least, units);
    const scale = units === 'fractions' ? [frame.width, frame.height] : [1, 1];
    const points = zone.points.map(([x, y]): Point => [x * scale[0]!, y * scale[1]!]);
    requireInFrame(points, title, frame);
    return { name: zone.name, points };
  };
  return {
    anchor,
    margin,
    lines: lines.map((zone) => settle(zone, 'line', 2)),
    regions: regions.map((zone) => settle(zone, 'region', 3)),
  };
}

function requireOwnNames(zones: readonly Zone[]): void {
  const names = new Set<string>();
  for (const { name } of zones) {
    if (names.has(name)) throw new RangeError(`Expected names of their own but received '${name}' twice`);
    names.add(name);
  }
}

function requirePoints({ points }: Zone, title: string, least: number, units: string): void {
  if (points.length < least)
    throw new RangeError(`Expected ${title} to have ${least} points or more but received ${points.length}`);
  for (const value of points.flat()) {
    if (!Number.isFinite(value))
      throw new RangeError(`Expected the points of ${title} to be finite numbers but received ${value}`);
    if (units === 'fractions' && !(value >= 0 && value <= 1))
      throw new RangeError(`Expected the points of ${title} to be fractions from 0 to 1 but received ${value}`);
  }
  const [first] = points;
  if (points.every(([x, y]) => x === first![0] && y === first![1]))
    throw new RangeError(`Expected ${title} to have different points but received ${first!.join(', ')} only`);
  if (least === 3 && isFlat(points))
    throw new RangeError(`Expected ${title} to enclose an area but received points on a straight line`);
}

function requireInFrame(points: readonly Point[], title: string, { width, height }: { width: number; height: number }) {
  const beyond = (axis: 0 | 1, size: number) =>
    points.every((point) => point[axis] < 0) || points.every((point) => point[axis] > size);
  if (beyond(0, width) || beyond(1, height))
    throw new RangeError(
      `Expected ${title} to reach into the frame of ${width}x${height} but received points beyond it`,
    );
}
