import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import sharp from 'sharp';

/**
 * A picture as the bytes of a JPEG file.
 *
 * @param options.maxWidth wider pictures are scaled down to so many pixels; default: left as they are
 * @param options.quality 1 to 100; default 80
 * @example
 * const bytes = await jpegFromImage(frame, { maxWidth: 960 });
 */
export async function jpegFromImage(
  { width, height, data }: RgbImage,
  options: { readonly maxWidth?: number; readonly quality?: number } = {},
): Promise<Uint8Array> {
  const { maxWidth = width, quality = 80 } = options;
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  const sized = maxWidth < width ? picture.resize({ width: maxWidth }) : picture;
  return sized.jpeg({ quality }).toBuffer();
}
