import { FairmotError, type RgbImage } from '@trt-fairmot/fairmot-postprocess';
import sharp from 'sharp';
import { frameRateFromSeqinfo } from './image-files.js';
import type { Picture, PictureReader } from './picture-reader.js';
import type { SourceOptions } from './types.js';

/** Decodes a file that sharp does not know (BMP). */
export type OtherDecoder = (path: string) => Promise<RgbImage>;

/** Still images, all of the size of the first. */
export class ImageReader implements PictureReader {
  readonly kind = 'images';
  readonly backend = 'sharp';
  readonly live = false;
  readonly warnings: string[] = [];
  readonly total: number;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly #paths: readonly string[];
  readonly #decode: OtherDecoder;
  #index = 0;

  private constructor(paths: readonly string[], first: RgbImage, frameRate: number, decode: OtherDecoder) {
    this.#paths = paths;
    this.#decode = decode;
    this.total = paths.length;
    this.width = first.width;
    this.height = first.height;
    this.frameRate = frameRate;
  }

  static async open(paths: readonly string[], options: SourceOptions, other: OtherDecoder): Promise<ImageReader> {
    const path = paths[0] as string;
    const frameRate = options.frameRate ?? (await frameRateFromSeqinfo(path)) ?? 25;
    return new ImageReader(paths, await imageFromFile(path, other), frameRate, other);
  }

  async next(): Promise<Picture | null> {
    if (this.#index >= this.total) return null;
    this.#index++;
    return { index: this.#index, time: (this.#index - 1) / this.frameRate };
  }

  async convert(target: Buffer): Promise<boolean> {
    const path = this.#paths[this.#index - 1] as string;
    const image = await imageFromFile(path, this.#decode);
    if (image.width !== this.width || image.height !== this.height) {
      throw new FairmotError(
        `Expected ${path} to be ${this.width}x${this.height} like ${this.#paths[0]} but received ${image.width}x${image.height}`,
        { hint: 'a sequence has one size: move images of another size to a folder of their own' },
      );
    }
    target.set(image.data);
    return true;
  }

  interrupt(): void {}

  async close(): Promise<void> {}
}

/**
 * An image file as RGB, upright by its EXIF orientation; transparency is dropped, 16 bits become 8.
 *
 * @throws FairmotError naming the file where it cannot be decoded.
 */
export async function imageFromFile(path: string, other?: OtherDecoder): Promise<RgbImage> {
  try {
    const picture = sharp(path, { failOn: 'error' })
      .autoOrient()
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' });
    const { data, info } = await picture.toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    if (other && /unsupported image format/i.test(reason ?? '')) return other(path);
    throw new FairmotError(`Expected an image in ${path} but received: ${reason}`, { cause });
  }
}
