import { glyphOf } from './font.js';

/** A glyph drawn at one size: how much of each pixel it covers. */
export interface GlyphMask {
  readonly width: number;
  readonly height: number;
  /** [height, width], 0 to 255. */
  readonly coverage: Uint8Array;
  /** Pixels from the pen on the cap line to the first row and column of the mask. */
  readonly left: number;
  readonly top: number;
  /** Pixels to the next pen position. */
  readonly advance: number;
}

const masks = new Map<string, GlyphMask>();
const unitsHigh = 6;
const gap = 1.3;

/** The mask of a character whose capitals are `capHeight` pixels high; drawn once, then kept. */
export function glyphMask(character: string, capHeight: number): GlyphMask {
  const key = `${character}${capHeight}`;
  const mask = masks.get(key) ?? drawnMask(character, capHeight);
  masks.set(key, mask);
  return mask;
}

/** Width of a line of text in pixels. */
export function textWidth(text: string, capHeight: number): number {
  let width = 0;
  for (const character of text) width += glyphMask(character, capHeight).advance;
  return Math.max(0, Math.ceil(width - (gap * capHeight) / unitsHigh));
}

function drawnMask(character: string, capHeight: number): GlyphMask {
  const scale = capHeight / unitsHigh;
  const radius = Math.max(0.55, capHeight * 0.075);
  const { width, path } = glyphOf(character);
  const segments = segmentsFromPath(path, scale);
  const margin = Math.ceil(radius + 1);
  const columns = Math.ceil(width * scale) + 2 * margin + 1;
  const rows = Math.ceil(8.5 * scale) + 2 * margin;
  const coverage = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const distance = distanceToSegments(x - margin + 0.5, y - margin + 0.5, segments);
      coverage[y * columns + x] = Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - distance)));
    }
  }
  const advance = Math.round((width + gap) * scale);
  return { width: columns, height: rows, coverage, left: -margin, top: -margin, advance };
}

/** Flat list of x1, y1, x2, y2 in pixels; capital tops and baselines fall on pixel edges. */
function segmentsFromPath(path: string, scale: number): number[] {
  const segments: number[] = [];
  let [penX, penY] = [0, 0];
  const line = (x: number, y: number) => {
    segments.push(penX, penY, x, y);
    [penX, penY] = [x, y];
  };
  for (const [, command, numbers] of path.matchAll(/([MLA])([^MLA]*)/g)) {
    const values = (numbers ?? '').trim().split(/\s+/).map(Number);
    if (command === 'A') arc(values, scale, line);
    else if (command === 'L') line((values[0] ?? 0) * scale, (values[1] ?? 0) * scale);
    else [penX, penY] = [(values[0] ?? 0) * scale, (values[1] ?? 0) * scale];
  }
  return segments;
}

function arc(values: readonly number[], scale: number, line: (x: number, y: number) => void): void {
  const [cx = 0, cy = 0, rx = 0, ry = 0, from = 0, to = 0] = values;
  const steps = Math.max(4, Math.ceil(Math.abs(to - from) / 12));
  for (let i = 0; i <= steps; i++) {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    line((cx + rx * Math.cos(angle)) * scale, (cy + ry * Math.sin(angle)) * scale);
  }
}

function distanceToSegments(x: number, y: number, segments: readonly number[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < segments.length; i += 4) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = segments.slice(i, i + 4);
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
    nearest = Math.min(nearest, Math.hypot(x - x1 - along * dx, y - y1 - along * dy));
  }
  return nearest;
}
