import type { Readable } from 'node:stream';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { ByteReader } from './byte-reader.js';
import type { Picture, PictureReader } from './picture-reader.js';
import type { SourceOptions } from './types.js';

/** Frames without a header, [height, width, 3] bytes each, from a stream. */
export class RawReader implements PictureReader {
  readonly kind = 'raw';
  readonly backend = 'raw';
  readonly live = false;
  readonly total = null;
  readonly warnings: string[] = [];
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly #swapped: boolean;
  readonly #stream: Readable;
  readonly #bytes: ByteReader;
  #index = 0;
  #unread = false;

  constructor(stream: Readable, options: SourceOptions) {
    const { width, height, format = 'rgb24', frameRate = 25 } = options.raw ?? { width: 0, height: 0 };
    if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
      throw new FairmotError('Expected the size of the raw frames on standard input but received none', {
        kind: 'usage',
        hint: 'give width and height, for example ffmpeg -i in.mp4 -f rawvideo -pix_fmt rgb24 - and its picture size',
      });
    }
    if (format !== 'rgb24' && format !== 'bgr24') {
      throw new FairmotError(`Expected raw frames in rgb24 or bgr24 but received ${format}`, { kind: 'usage' });
    }
    this.width = width;
    this.height = height;
    this.frameRate = frameRate;
    this.#swapped = format === 'bgr24';
    this.#stream = stream;
    this.#bytes = new ByteReader(stream);
  }

  async next(): Promise<Picture | null> {
    const size = this.width * this.height * 3;
    if (this.#unread && !this.#whole(await this.#bytes.read(size))) return null;
    if (!(await this.#bytes.more())) return null;
    this.#unread = true;
    this.#index++;
    return { index: this.#index, time: (this.#index - 1) / this.frameRate };
  }

  async convert(target: Buffer): Promise<boolean> {
    this.#unread = false;
    const size = this.width * this.height * 3;
    if (!this.#whole(await this.#bytes.read(size, target))) return false;
    if (this.#swapped) swapRedAndBlue(target, size);
    return true;
  }

  #whole(bytes: number): boolean {
    const size = this.width * this.height * 3;
    if (bytes === size) return true;
    this.warnings.push(`Standard input ended inside frame ${this.#index}: ${bytes} of ${size} bytes, left out`);
    return false;
  }

  interrupt(): void {
    this.#stream.destroy();
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }
}

function swapRedAndBlue(pixels: Buffer, length: number): void {
  for (let i = 0; i < length; i += 3) {
    const first = pixels[i] as number;
    pixels[i] = pixels[i + 2] as number;
    pixels[i + 2] = first;
  }
}
