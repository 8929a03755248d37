// Drawing on packed RGB pixels, in place. Everything is clipped to the image.
import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { glyphMask } from './glyph-mask.js';

export type Color = readonly [red: number, green: number, blue: number];

/** Fills a rectangle; `alpha` 0 to 1. */
export function fillRectangle(
  image: RgbImage,
  x: number,
  y: number,
  width: number,
  height: number,
  color: Color,
  alpha = 1,
): void {
  const left = Math.max(0, Math.round(x));
  const right = Math.min(image.width, Math.round(x + width));
  const bottom = Math.min(image.height, Math.round(y + height));
  for (let row = Math.max(0, Math.round(y)); row < bottom; row++) fillSpan(image, row, left, right, color, alpha);
}

function fillSpan(
  { data, width }: RgbImage,
  row: number,
  left: number,
  right: number,
  color: Color,
  alpha: number,
): void {
  const [red, green, blue] = color;
  const end = (row * width + right) * 3;
  if (alpha >= 1) {
    for (let i = (row * width + left) * 3; i < end; i += 3) {
      data[i] = red;
      data[i + 1] = green;
      data[i + 2] = blue;
    }
    return;
  }
  const part = Math.round(alpha * 256);
  for (let i = (row * width + left) * 3; i < end; i += 3) blend(data, i, red, green, blue, part);
}

/** `part` of 256. */
function blend(data: Uint8Array, at: number, red: number, green: number, blue: number, part: number): void {
  const r = data[at] as number;
  const g = data[at + 1] as number;
  const b = data[at + 2] as number;
  data[at] = r + (((red - r) * part) >> 8);
  data[at + 1] = g + (((green - g) * part) >> 8);
  data[at + 2] = b + (((blue - b) * part) >> 8);
}

/** Fills a polygon by the even-odd rule, row by row at the rows' middles; `alpha` 0 to 1. */
export function fillPolygon(
  image: RgbImage,
  points: readonly (readonly [x: number, y: number])[],
  color: Color,
  alpha: number,
): void {
  const ys = points.map(([, y]) => y);
  const bottom = Math.min(image.height, Math.ceil(Math.max(...ys)));
  for (let row = Math.max(0, Math.floor(Math.min(...ys))); row < bottom; row++) {
    const crossings: number[] = [];
    points.forEach(([x, y], k) => {
      const [px, py] = points.at(k - 1) as readonly [number, number];
      const middle = row + 0.5;
      if (py > middle !== y > middle) crossings.push(px + ((x - px) * (middle - py)) / (y - py));
    });
    crossings.sort((a, b) => a - b);
    for (let k = 1; k < crossings.length; k += 2) {
      const left = Math.max(0, Math.round(crossings[k - 1] as number));
      fillSpan(image, row, left, Math.min(image.width, Math.round(crossings[k] as number)), color, alpha);
    }
  }
}

/** The outline of a rectangle, `line` pixels wide, centred on its edge. */
export function strokeRectangle(
  image: RgbImage,
  x: number,
  y: number,
  width: number,
  height: number,
  line: number,
  color: Color,
): void {
  const left = Math.round(x - line / 2);
  const top = Math.round(y - line / 2);
  const right = Math.round(x + width + line / 2);
  const bottom = Math.round(y + height + line / 2);
  fillRectangle(image, left, top, right - left, line, color);
  fillRectangle(image, left, bottom - line, right - left, line, color);
  fillRectangle(image, left, top + line, line, bottom - top - 2 * line, color);
  fillRectangle(image, right - line, top + line, line, bottom - top - 2 * line, color);
}

/** A straight line, `line` pixels wide, with smooth edges. */
export function drawLine(
  image: RgbImage,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  line: number,
  color: Color,
  alpha: number,
): void {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const flat = Math.abs(dx) >= Math.abs(dy);
  const [start, end] = flat === (flat ? dx >= 0 : dy < 0) ? [from, to] : [to, from];
  const major = flat ? 0 : 1;
  const length = Math.abs(flat ? dx : dy);
  if (length === 0) return;
  const slope = (end[1 - major] as number) - (start[1 - major] as number);
  const span = line * Math.hypot(1, slope / length);
  const first = Math.round(start[major] as number);
  const last = Math.round(end[major] as number);
  for (let at = first; at < last; at++) {
    const centre = (start[1 - major] as number) + (slope * (at + 0.5 - (start[major] as number))) / length;
    drawAcross(image, flat, at, centre - span / 2, centre + span / 2, color, alpha);
  }
}

/** One column (or row) of a line: pixels at both ends are covered in part. */
function drawAcross(
  image: RgbImage,
  flat: boolean,
  at: number,
  low: number,
  high: number,
  color: Color,
  alpha: number,
): void {
  const { data, width, height } = image;
  if (at < 0 || at >= (flat ? width : height)) return;
  const bottom = Math.min(flat ? height : width, Math.ceil(high));
  for (let across = Math.max(0, Math.floor(low)); across < bottom; across++) {
    const cover = Math.min(across + 1, high) - Math.max(across, low);
    const pixel = flat ? across * width + at : at * width + across;
    blend(data, pixel * 3, color[0], color[1], color[2], Math.round(256 * alpha * Math.min(1, cover)));
  }
}

/** A line of text; x, y is the left end of the cap line, capitals are `capHeight` pixels high. */
export function drawText(image: RgbImage, text: string, x: number, y: number, capHeight: number, color: Color): void {
  let pen = Math.round(x);
  const line = Math.round(y);
  for (const character of text) {
    const mask = glyphMask(character, capHeight);
    drawMask(image, mask, pen + mask.left, line + mask.top, color);
    pen += mask.advance;
  }
}

function drawMask(
  { data, width, height }: RgbImage,
  mask: ReturnType<typeof glyphMask>,
  left: number,
  top: number,
  [red, green, blue]: Color,
): void {
  const firstColumn = Math.max(0, -left);
  const lastColumn = Math.min(mask.width, width - left);
  for (let row = Math.max(0, -top); row < Math.min(mask.height, height - top); row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const cover = mask.coverage[row * mask.width + column] as number;
      if (cover > 0) blend(data, ((top + row) * width + left + column) * 3, red, green, blue, cover + (cover >> 7));
    }
  }
}
