// Images letterboxed by OpenCV (tools/fixtures/letterbox.py), for every letterbox of the project.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RgbImage, Size } from '../src/index.js';

export interface LetterboxCase {
  readonly source: Size;
  readonly input: Size;
  readonly ratio: number;
  readonly resized: Size;
  readonly pad: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** Rows 0, step, 2 step ... of the result are stored. */
  readonly step: number;
  /** [stored rows, width, 3] */
  readonly rows: Uint8Array;
}

const folder = join(import.meta.dirname, 'fixtures');
const levels = readFileSync(join(folder, 'letterbox.rgb'));
const asSize = ([width, height]: [number, number]): Size => ({ width, height });

export const letterboxCases: readonly LetterboxCase[] = readFileSync(join(folder, 'letterbox.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const { source, input, ratio, resized, pad, step, offset } = JSON.parse(line);
    const [left, top, right, bottom] = pad;
    const length = 3 * input[0] * Math.ceil(input[1] / step);
    const rows = levels.subarray(offset, offset + length);
    return {
      source: asSize(source),
      input: asSize(input),
      ratio,
      resized: asSize(resized),
      pad: { left, top, right, bottom },
      step,
      rows,
    };
  });

/** The source image of a case. */
export function imageOf({ width, height }: Size): RgbImage {
  const data = new Uint8Array(3 * width * height).map((_, i) => Math.imul(i, 2654435761) >>> 24);
  return { width, height, data };
}

/** Largest and mean difference in levels of a [3, H, W] tensor from a case's rows. */
export function levelDifferences(
  tensor: Float32Array,
  { input, step, rows }: LetterboxCase,
): { max: number; mean: number } {
  const plane = input.width * input.height;
  let max = 0;
  let sum = 0;
  let at = 0;
  for (let y = 0; y < input.height; y += step) {
    for (let x = 0; x < input.width; x++) {
      for (let c = 0; c < 3; c++, at++) {
        const difference = Math.abs(tensor[c * plane + y * input.width + x]! * 255 - rows[at]!);
        if (!(difference <= max)) max = difference;
        sum += difference;
      }
    }
  }
  return { max, mean: sum / at };
}
