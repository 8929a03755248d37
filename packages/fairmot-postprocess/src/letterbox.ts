// FairMOT's letterbox geometry (src/lib/datasets/dataset/jde.py, letterbox). Pixels are resized elsewhere.
import { FairmotError } from './error.js';
import { roundHalfEven } from './round-half-even.js';
import type { Size } from './types.js';

/** Where an image comes to lie in the network's input: scaled by `ratio` to `resized`, then padded to `input`. */
export interface Letterbox {
  readonly source: Size;
  readonly input: Size;
  /** Scale before `resized` is rounded to whole pixels. */
  readonly ratio: number;
  readonly resized: Size;
  readonly pad: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

/**
 * The letterbox of FairMOT for an image of size `source` in a network input of size `input`, with Python's rounding (ties to
 * even).
 *
 * @throws FairmotError if a size is no positive whole number, or the image is so long and thin that nothing would be left of it
 * @example
 * letterboxFromSize({ width: 1920, height: 1080 }, { width: 1088, height: 608 });
 * // { ratio: 0.56296, resized: { width: 1081, height: 608 }, pad: { left: 3, top: 0, right: 4, bottom: 0 }, ... }
 */
export function letterboxFromSize(source: Size, input: Size): Letterbox {
  requireSize(source, 'an image');
  requireSize(input, 'a network input');
  const ratio = Math.min(input.height / source.height, input.width / source.width);
  const resized = { width: roundHalfEven(source.width * ratio), height: roundHalfEven(source.height * ratio) };
  if (resized.width < 1 || resized.height < 1) {
    throw new FairmotError(
      `Expected an image that keeps at least one row and column in ${input.width}x${input.height} but received ${source.width}x${source.height}`,
      { hint: 'crop the image, or use a larger network input' },
    );
  }
  const across = (input.width - resized.width) / 2;
  const down = (input.height - resized.height) / 2;
  const pad = {
    left: roundHalfEven(across - 0.1),
    top: roundHalfEven(down - 0.1),
    right: roundHalfEven(across + 0.1),
    bottom: roundHalfEven(down + 0.1),
  };
  const { width, height } = source;
  return { source: { width, height }, input: { width: input.width, height: input.height }, ratio, resized, pad };
}

function requireSize(size: Size, what: string): void {
  const whole = (n: number) => Number.isInteger(n) && n > 0;
  if (whole(size.width) && whole(size.height)) return;
  throw new FairmotError(
    `Expected ${what} of positive whole width and height but received ${size.width}x${size.height}`,
  );
}
