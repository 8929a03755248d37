import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FairmotError, type RgbImage } from '@trt-fairmot/fairmot-postprocess';
import sharp from 'sharp';
import { notWritable } from './output-file.js';
import type { FrameSink } from './types.js';

export interface ImageSinkOptions {
  /** Default 'jpg'. */
  readonly format?: 'jpg' | 'png' | 'webp';
  /** 1 to 100, for jpg and webp; default 90. */
  readonly quality?: number;
  /** Replace files of the same names in a folder that is not empty; default false. */
  readonly overwrite?: boolean;
}

/**
 * Writes numbered images, `000001.jpg` and so on, all of the size of the first. They appear in `folder` on `close()`, from a temporary
 * folder beside it; `abort()` removes them.
 *
 * @throws FairmotError where the folder holds files and `overwrite` is not set.
 * @example
 * const sink = await openImageSink('out/frames');
 * await sink.write(image);
 * await sink.close();
 */
export async function openImageSink(folder: string, options: ImageSinkOptions = {}): Promise<FrameSink> {
  const target = resolve(folder);
  const found = await stat(target).catch(() => null);
  if (found && !found.isDirectory()) {
    throw new FairmotError(`Expected a folder for the images but received ${folder}, which is a file`, {
      kind: 'usage',
    });
  }
  if (found && !options.overwrite && (await readdir(target)).length > 0) {
    throw new FairmotError(`Expected an empty folder but received ${folder}, which holds files`, {
      kind: 'usage',
      hint: 'pass --overwrite to replace files of the same names, or choose another folder',
    });
  }
  const temporary = join(dirname(target), `.${basename(target)}-${randomBytes(4).toString('hex')}.partial`);
  await mkdir(temporary, { recursive: true }).catch((error) => Promise.reject(notWritable(folder, error)));
  return new ImageSink(target, temporary, options);
}

class ImageSink implements FrameSink {
  width = 0;
  height = 0;
  readonly #target: string;
  readonly #temporary: string;
  readonly #options: ImageSinkOptions;
  #count = 0;
  #writing: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor(target: string, temporary: string, options: ImageSinkOptions) {
    this.#target = target;
    this.#temporary = temporary;
    this.#options = options;
  }

  async write(image: RgbImage): Promise<void> {
    if (this.#closed) throw new Error(`Expected an open sink but received ${this.#target}, which is closed`);
    if (this.#count === 0) [this.width, this.height] = [image.width, image.height];
    if (image.width !== this.width || image.height !== this.height) {
      const sizes = `${this.width}x${this.height} but received ${image.width}x${image.height}`;
      throw new FairmotError(`Expected images of ${sizes}`);
    }
    await this.#writing;
    this.#throwIfFailed();
    this.#writing = this.#encode(Buffer.from(image.data), ++this.#count).catch((error) => {
      this.#failure = { error };
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    try {
      this.#throwIfFailed();
      await mkdir(this.#target, { recursive: true });
      for (const name of await readdir(this.#temporary)) {
        await rename(join(this.#temporary, name), join(this.#target, name));
      }
      await rmdir(this.#temporary);
    } catch (error) {
      await rm(this.#temporary, { recursive: true, force: true });
      throw error instanceof FairmotError ? error : notWritable(this.#target, error);
    }
  }

  async abort(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    await rm(this.#temporary, { recursive: true, force: true });
  }

  async #encode(data: Buffer, number: number): Promise<void> {
    const { format = 'jpg', quality = 90 } = this.#options;
    const name = `${String(number).padStart(6, '0')}.${format}`;
    const picture = sharp(data, { raw: { width: this.width, height: this.height, channels: 3 } });
    const encoded =
      format === 'png' ? picture.png() : picture.toFormat(format === 'jpg' ? 'jpeg' : 'webp', { quality });
    await encoded.toFile(join(this.#temporary, name));
  }

  #throwIfFailed(): void {
    if (this.#failure) throw notWritable(this.#target, this.#failure.error);
  }
}
