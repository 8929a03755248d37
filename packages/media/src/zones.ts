// Lines and regions of counting, drawn into a frame.
import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { type Color, drawLine, drawText, fillPolygon, fillRectangle } from './canvas.js';
import { textWidth } from './glyph-mask.js';

type Point = readonly [x: number, y: number];

/** A zone as it looks in one frame; points in pixels. */
export interface DrawnZone {
  /** A line gets an arrow to its right, seen from its first point to its last; a region is a closed polygon. */
  readonly kind: 'line' | 'region';
  readonly points: readonly Point[];
  readonly label: string;
  /** Whether it is drawn brightly, since something happens. Default false. */
  readonly lit?: boolean;
}

const calm: Color = [255, 196, 0];
const bright: Color = [255, 60, 40];
const dark: Color = [16, 16, 16];

/**
 * Draws zones with their labels, in place; draw them before the tracks.
 *
 * @example
 * drawZones(frame, [{ kind: 'line', points: [[0, 300], [640, 300]], label: 'door in 4 out 2' }]);
 */
export function drawZones(image: RgbImage, zones: readonly DrawnZone[]): void {
  const side = Math.min(image.width, image.height);
  const line = Math.max(1, Math.round(side / 300));
  const text = Math.max(8, Math.round(side / 55));
  for (const { kind, points, lit } of zones) {
    const color = lit ? bright : calm;
    const closed = kind === 'region';
    if (closed) fillPolygon(image, points, color, lit ? 0.22 : 0.12);
    for (let k = closed ? 0 : 1; k < points.length; k++)
      drawLine(image, points.at(k - 1)!, points[k]!, line, color, 0.9);
    if (!closed) drawArrow(image, points, line, 2 * text, color);
  }
  for (const zone of zones) drawLabel(image, zone, text);
}

/** An arrow from the middle of the longest piece to its right. */
function drawArrow(image: RgbImage, points: readonly Point[], line: number, length: number, color: Color): void {
  let longest = 0;
  let [from, to] = [points[0]!, points[0]!];
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    const size = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (size > longest) [longest, from, to] = [size, a, b];
  }
  if (longest === 0) return;
  const [along, across] = [(to[0] - from[0]) / longest, (to[1] - from[1]) / longest];
  const middle: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const at = (right: number, ahead: number): Point => {
    return [middle[0] - across * right + along * ahead, middle[1] + along * right + across * ahead];
  };
  const head = length / 3;
  drawLine(image, middle, at(length, 0), line, color, 0.9);
  drawLine(image, at(length, 0), at(length - head, head), line, color, 0.9);
  drawLine(image, at(length, 0), at(length - head, -head), line, color, 0.9);
}

/** At the zone's first point that is in the picture, moved so that all of it shows. */
function drawLabel(image: RgbImage, { points, label, lit }: DrawnZone, text: number): void {
  const pad = Math.max(2, Math.round(text * 0.4));
  const width = textWidth(label, text) + 2 * pad;
  const height = text + 2 * pad;
  const seen = points.find(([x, y]) => x >= 0 && y >= 0 && x <= image.width && y <= image.height) ?? points[0]!;
  const left = Math.max(0, Math.min(Math.round(seen[0]), image.width - width));
  const top = Math.max(0, Math.min(Math.round(seen[1]) - height, image.height - height));
  fillRectangle(image, left, top, width, height, lit ? bright : calm, 0.9);
  drawText(image, label, left + pad, top + pad, text, dark);
}
