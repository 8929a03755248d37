// An image to the network's input tensor: letterboxed, RGB / 255, channels first.
import { Enlarger } from './enlarge.js';
import { FairmotError } from './error.js';
import type { Letterbox } from './letterbox.js';
import type { PlaneTarget } from './plane-target.js';
import { resamplingFromLetterbox } from './resampling.js';
import { Shrinker } from './shrink.js';
import type { RgbImage } from './types.js';

/** FairMOT's border is 127.5, which OpenCV stores as 128. */
const border = 128 / 255;

/**
 * The network's input from an image, as FairMOT makes it with OpenCV: resized by area averaging (cv2.INTER_AREA, which is
 * bilinear where it enlarges), padded with grey 128, RGB divided by 255. No mean, no standard deviation.
 * Source: FairMOT src/lib/datasets/dataset/jde.py; OpenCV modules/imgproc/src/resize.cpp.
 *
 * @param letterbox from `letterboxFromSize` with the image's size
 * @param out filled and returned if given: [3, H, W] float32, so that one buffer serves all frames
 * @returns [3, H, W] float32, 0 to 1, channels R, G, B
 * @throws FairmotError if the image does not have the letterbox's source size, or data or out the wrong length
 * @example
 * const letterbox = letterboxFromSize(image, { width: 1088, height: 608 });
 * const input = tensorFromImage(image, letterbox); // 3 * 608 * 1088 numbers
 */
export function tensorFromImage(image: RgbImage, letterbox: Letterbox, out?: Float32Array): Float32Array {
  const { input, pad } = letterbox;
  requireFit(image, letterbox);
  const plane = input.width * input.height;
  const data = out ?? new Float32Array(3 * plane);
  if (data.length !== 3 * plane) {
    throw new FairmotError(
      `Expected out to hold 3 x ${input.height} x ${input.width} numbers but received ${data.length}`,
    );
  }
  const offset = pad.top * input.width + pad.left;
  const target = { data, offset, planeStride: plane, rowStride: input.width };
  fillBorder(letterbox, target);
  resizerFor(letterbox).run(image, target);
  return data;
}

type Resizer = { run(image: RgbImage, target: PlaneTarget): void };

/** Resizers with their weights, by geometry; films have one, so a few are enough. */
const resizers = new Map<string, Resizer>();
const mostResizers = 8;

function resizerFor({ source, resized }: Letterbox): Resizer {
  const key = `${source.width}x${source.height} ${resized.width}x${resized.height}`;
  const known = resizers.get(key);
  if (known) return known;
  const { enlarges, columns, rows } = resamplingFromLetterbox({ source, resized });
  const resizer = enlarges ? new Enlarger(columns, rows) : new Shrinker(columns, rows);
  if (resizers.size >= mostResizers) resizers.delete(resizers.keys().next().value as string);
  resizers.set(key, resizer);
  return resizer;
}

function fillBorder({ input, resized, pad }: Letterbox, target: PlaneTarget): void {
  const { data, planeStride } = target;
  const { width } = input;
  for (let channel = 0; channel < 3; channel++) {
    const start = channel * planeStride;
    data.fill(border, start, start + pad.top * width);
    data.fill(border, start + (pad.top + resized.height) * width, start + planeStride);
    if (pad.left + pad.right === 0) continue;
    for (let y = pad.top; y < pad.top + resized.height; y++) {
      const row = start + y * width;
      data.fill(border, row, row + pad.left);
      data.fill(border, row + pad.left + resized.width, row + width);
    }
  }
}

function requireFit(image: RgbImage, { source }: Letterbox): void {
  if (image.width !== source.width || image.height !== source.height) {
    throw new FairmotError(
      `Expected an image of ${source.width}x${source.height}, the letterbox's source, but received ${image.width}x${image.height}`,
      { hint: 'make a letterbox for each image size with letterboxFromSize' },
    );
  }
  const bytes = 3 * image.width * image.height;
  if (image.data.length !== bytes) {
    throw new FairmotError(
      `Expected ${bytes} bytes of RGB for an image of ${image.width}x${image.height} but received ${image.data.length}`,
    );
  }
}
