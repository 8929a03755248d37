// Counts crossings of lines and people in regions from the boxes of tracks.
import { distanceFrom, isInside, type Point, signedCrossings } from './geometry.js';
import { type PixelZones, pixelZones, type Zones } from './zones.js';

/** A track of one frame; the tracks of @trt-fairmot/tracker fit. */
export interface CountedTrack {
  readonly id: number;
  /** Left, top, width, height in pixels. */
  readonly box: ArrayLike<number>;
}

/** Which way a line was crossed: `in` from its left to its right, seen from its first point towards its last; `out` back. */
export type Direction = 'in' | 'out';

export interface Crossing {
  readonly line: string;
  readonly id: number;
  readonly direction: Direction;
}

/** What there is to say after a frame. */
export interface FrameCounts {
  /** Crossings that were counted in this frame. */
  readonly crossings: readonly Crossing[];
  /** Crossings of each line so far. */
  readonly lines: readonly { readonly name: string; readonly in: number; readonly out: number }[];
  /** Tracks of this frame in each region, by id. */
  readonly regions: readonly { readonly name: string; readonly count: number; readonly ids: readonly number[] }[];
}

/** What there is to say of everything so far. */
export interface CountTotals {
  readonly lines: readonly { readonly name: string; readonly in: number; readonly out: number }[];
  readonly regions: readonly {
    readonly name: string;
    /** Most tracks at the same time. */
    readonly most: number;
    /** Different tracks. */
    readonly visitors: number;
  }[];
}

export interface ZoneCounterOptions {
  readonly width: number;
  readonly height: number;
  /** Frames for which a track that is gone is remembered; longer than any gap that the tracker bridges. Default 300. */
  readonly memory?: number;
}

interface Known {
  frame: number;
  anchor: Point;
  /** By line: crossings since the track was last clear of it, in less out. */
  readonly pending: number[];
  /** By region. */
  readonly inside: boolean[];
  readonly visited: boolean[];
}

/**
 * Counts, frame by frame, the tracks that cross lines and that are in regions. Deterministic; memory follows the number of tracks.
 *
 * A crossing counts when the track's anchor has crossed the line and is clear of it by the margin. Trembling on a line is no crossing, and
 * coming back before being clear takes it back; so a track counts once for each time it goes over to the other side. Going round
 * the end of a line is no crossing. A track enters a region at once and leaves it when it is outside by the margin.
 *
 * @example
 * const counter = new ZoneCounter({ lines: [{ name: 'door', points: [[0, 300], [640, 300]] }] }, { width: 640, height: 480 });
 * for (const { line, id, direction } of counter.update(tracks).crossings) console.log(id, direction, line);
 */
export class ZoneCounter {
  /** The zones in pixels, defaults filled in. */
  readonly zones: PixelZones;
  readonly #memory: number;
  readonly #borders: readonly (readonly Point[])[];
  readonly #known = new Map<number, Known>();
  readonly #ins: number[];
  readonly #outs: number[];
  readonly #most: number[];
  readonly #visitors: number[];
  #frame = 0;

  /** @throws RangeError that names the zone that cannot be */
  constructor(zones: Zones, { width, height, memory = 300 }: ZoneCounterOptions) {
    this.zones = pixelZones(zones, { width, height });
    this.#memory = memory;
    this.#borders = this.zones.regions.map(({ points }) => [...points, points[0]!]);
    const [lines, regions] = [this.zones.lines, this.zones.regions];
    this.#ins = lines.map(() => 0);
    this.#outs = lines.map(() => 0);
    this.#most = regions.map(() => 0);
    this.#visitors = regions.map(() => 0);
  }

  /** Tracks that are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** Takes the tracks of the next frame; call it for every frame, also for those without tracks. */
  update(tracks: readonly CountedTrack[]): FrameCounts {
    this.#frame += 1;
    const crossings: Crossing[] = [];
    const present = this.zones.regions.map((): number[] => []);
    for (const { id, box } of tracks) {
      const anchor = this.#anchorOf(box);
      if (!anchor.every(Number.isFinite)) continue;
      const known = this.#known.get(id) ?? this.#begin(id, anchor);
      const margin = this.zones.margin * Math.abs(box[3]!);
      this.#cross(id, known, anchor, margin, crossings);
      this.#visit(id, known, anchor, margin, present);
      known.frame = this.#frame;
      known.anchor = anchor;
    }
    for (const [id, { frame }] of this.#known) if (this.#frame - frame > this.#memory) this.#known.delete(id);
    const regions = this.zones.regions.map(({ name }, index) => {
      const ids = present[index]!.sort((a, b) => a - b);
      this.#most[index] = Math.max(this.#most[index]!, ids.length);
      return { name, count: ids.length, ids };
    });
    return { crossings, lines: this.#lines(), regions };
  }

  /** Everything so far. */
  totals(): CountTotals {
    const regions = this.zones.regions.map(({ name }, index) => {
      return { name, most: this.#most[index]!, visitors: this.#visitors[index]! };
    });
    return { lines: this.#lines(), regions };
  }

  #lines(): CountTotals['lines'] {
    return this.zones.lines.map(({ name }, index) => ({ name, in: this.#ins[index]!, out: this.#outs[index]! }));
  }

  #anchorOf(box: ArrayLike<number>): Point {
    const [x, y, width, height] = [box[0]!, box[1]!, box[2]!, box[3]!];
    const down = { top: 0, center: height / 2, bottom: height }[this.zones.anchor];
    return [x + width / 2, y + down];
  }

  #begin(id: number, anchor: Point): Known {
    const { lines, regions } = this.zones;
    const no = () => false;
    const known = { frame: 0, anchor, pending: lines.map(() => 0), inside: regions.map(no), visited: regions.map(no) };
    this.#known.set(id, known);
    return known;
  }

  #cross(id: number, known: Known, anchor: Point, margin: number, crossings: Crossing[]): void {
    for (const [index, { name, points }] of this.zones.lines.entries()) {
      const pending = known.pending[index]! + signedCrossings(known.anchor, anchor, points);
      known.pending[index] = pending;
      if (pending === 0 || distanceFrom(anchor, points) < margin) continue;
      known.pending[index] = 0;
      const sums = pending > 0 ? this.#ins : this.#outs;
      sums[index] = sums[index]! + Math.abs(pending);
      const crossing: Crossing = { line: name, id, direction: pending > 0 ? 'in' : 'out' };
      for (let k = 0; k < Math.abs(pending); k++) crossings.push(crossing);
    }
  }

  #visit(id: number, known: Known, anchor: Point, margin: number, present: number[][]): void {
    for (const [index, { points }] of this.zones.regions.entries()) {
      const stays = known.inside[index]! && distanceFrom(anchor, this.#borders[index]!) < margin;
      known.inside[index] = stays || isInside(anchor, points);
      if (!known.inside[index]) continue;
      present[index]!.push(id);
      if (known.visited[index]) continue;
      known.visited[index] = true;
      this.#visitors[index] = this.#visitors[index]! + 1;
    }
  }
}
