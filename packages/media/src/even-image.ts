import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { even } from './video-sink-options.js';

/** The image itself, or a copy with the last column and row repeated to an even size. */
export function evenImage(image: RgbImage): RgbImage {
  const width = even(image.width);
  const height = even(image.height);
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * 3);
  const row = image.width * 3;
  for (let y = 0; y < height; y++) {
    const from = Math.min(y, image.height - 1) * row;
    const to = y * width * 3;
    data.set(image.data.subarray(from, from + row), to);
    if (width > image.width) data.set(image.data.subarray(from + row - 3, from + row), to + row);
  }
  return { width, height, data };
}
