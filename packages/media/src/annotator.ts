import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { type Color, drawLine, drawText, fillRectangle, strokeRectangle } from './canvas.js';
import { textWidth } from './glyph-mask.js';
import { colorFromId, readableOn } from './track-color.js';

/** What is drawn of a track: box x, y (top left), width, height in pixels of the image. */
export interface AnnotatedTrack {
  readonly id: number;
  readonly box: readonly [x: number, y: number, width: number, height: number] | ArrayLike<number>;
  readonly score?: number;
}

export interface AnnotatorOptions {
  /** Length of the trace behind a track in frames; 0 draws none. Default 30. */
  readonly trace?: number;
  /** Draw the id above the box. Default true. */
  readonly labels?: boolean;
  /** Draw the score after the id. Default false. */
  readonly scores?: boolean;
  /** Width of the lines in pixels. Default: by the size of the image. */
  readonly lineWidth?: number;
  /** Height of capital letters in pixels. Default: by the size of the image. */
  readonly textHeight?: number;
}

interface Trace {
  readonly points: { readonly at: readonly [number, number]; readonly frame: number }[];
}

/** Points further apart in frames are not joined: the track was lost between them. */
const longestGap = 5;

/**
 * Draws boxes, ids and fading traces into images, in place. One annotator per video: it remembers where tracks have been, for as
 * long as their traces show.
 *
 * @example
 * const annotator = new Annotator({ trace: 30 });
 * annotator.annotate(frame, [{ id: 7, box: [100, 80, 40, 120], score: 0.9 }], 'frame 1');
 */
export class Annotator {
  readonly #options: AnnotatorOptions;
  readonly #trace: number;
  readonly #traces = new Map<number, Trace>();
  #frame = 0;

  constructor(options: AnnotatorOptions = {}) {
    this.#options = options;
    this.#trace = options.trace ?? 30;
  }

  /** Draws the tracks of the next frame, and `header` in the upper left corner. */
  annotate(image: RgbImage, tracks: readonly AnnotatedTrack[], header?: string): void {
    this.#frame++;
    const style = styleFor(image, this.#options);
    if (this.#trace > 0) this.#drawTraces(image, tracks, style);
    for (const { id, box } of tracks) {
      const [x = 0, y = 0, width = 0, height = 0] = Array.from(box);
      strokeRectangle(image, x, y, width, height, style.line, colorFromId(id));
    }
    if (this.#options.labels ?? true) {
      for (const track of tracks) drawLabel(image, track, this.#options.scores ?? false, style);
    }
    if (header) drawHeader(image, header, style);
  }

  #drawTraces(image: RgbImage, tracks: readonly AnnotatedTrack[], style: Style): void {
    for (const { id, box } of tracks) {
      const [x = 0, y = 0, width = 0, height = 0] = Array.from(box);
      const trace = this.#traces.get(id) ?? { points: [] };
      trace.points.push({ at: [x + width / 2, y + height], frame: this.#frame });
      this.#traces.set(id, trace);
    }
    for (const [id, { points }] of this.#traces) {
      while (points[0] && this.#frame - points[0].frame > this.#trace) points.shift();
      if (points.length === 0) this.#traces.delete(id);
    }
    for (const { id } of tracks) this.#drawTrace(image, id, style);
  }

  #drawTrace(image: RgbImage, id: number, style: Style): void {
    const points = this.#traces.get(id)?.points ?? [];
    const color = colorFromId(id);
    for (let i = 1; i < points.length; i++) {
      const [from, to] = [points[i - 1], points[i]];
      if (!from || !to || to.frame - from.frame > longestGap) continue;
      const age = (this.#frame - to.frame) / this.#trace;
      drawLine(image, from.at, to.at, style.line, color, 0.9 * (1 - age));
    }
  }
}

interface Style {
  readonly line: number;
  readonly text: number;
}

function styleFor({ width, height }: RgbImage, options: AnnotatorOptions): Style {
  const side = Math.min(width, height);
  return {
    line: options.lineWidth ?? Math.max(1, Math.round(side / 330)),
    text: options.textHeight ?? Math.max(8, Math.round(side / 62)),
  };
}

function drawLabel(image: RgbImage, track: AnnotatedTrack, withScore: boolean, { line, text }: Style): void {
  const [x = 0, y = 0] = Array.from(track.box);
  const label = withScore && track.score !== undefined ? `${track.id} ${track.score.toFixed(2)}` : `${track.id}`;
  const color = colorFromId(track.id);
  const pad = Math.max(2, Math.round(text * 0.35));
  const width = textWidth(label, text) + 2 * pad;
  const height = text + 2 * pad;
  const left = Math.min(Math.max(0, Math.round(x - line / 2)), image.width - width);
  const above = Math.round(y - line / 2) - height;
  const top = above >= 0 ? above : Math.max(0, Math.round(y + line / 2));
  fillRectangle(image, left, top, width, height, color);
  drawText(image, label, left + pad, top + pad, text, readableOn(color));
}

const black: Color = [0, 0, 0];
const white: Color = [255, 255, 255];

function drawHeader(image: RgbImage, header: string, { text }: Style): void {
  const pad = Math.round(text * 0.6);
  fillRectangle(image, 0, 0, textWidth(header, text) + 2 * pad, text + 2 * pad, black, 0.55);
  drawText(image, header, pad, pad, text, white);
}
