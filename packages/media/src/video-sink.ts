import { FairmotError, type RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { chosenBackend } from './backend.js';
import { FfmpegSink } from './ffmpeg-sink.js';
import { NodeAvSink } from './node-av-sink.js';
import { type OutputFile, openOutputFile } from './output-file.js';
import type { FrameSink } from './types.js';
import { checkVideoSinkOptions, containerFromPath, type VideoSinkOptions } from './video-sink-options.js';

/** What a backend implements. */
export interface VideoBackendSink {
  /** Copies the image; then its pixels may change. */
  take(image: RgbImage): Promise<void>;
  /** Encodes what was taken. */
  encode(): Promise<void>;
  /** Writes the rest, closes the file, frees everything. */
  finish(): Promise<void>;
  /** Frees everything at once. */
  release(): Promise<void>;
}

/**
 * Writes an H.264 video (.mp4, .mov, .mkv, .avi, .ts; VP8 in .webm), 8-bit 4:2:0, BT.709.
 *
 * The file is written under a temporary name beside `path` and renamed on `close()`; `abort()` removes it. Folders are created.
 * Without a single image no file is left. A FIFO, a device or '-' (standard output, Matroska) is written directly. Encoding of one image overlaps with whatever the caller does next.
 *
 * @throws FairmotError where the file exists and `overwrite` is not set, or no encoder is found.
 * @example
 * const sink = await openVideoSink('out/tracks.mp4', { width: 768, height: 576, frameRate: 10 });
 * await sink.write(image);
 * await sink.close();
 */
export async function openVideoSink(path: string, options: VideoSinkOptions): Promise<FrameSink> {
  checkVideoSinkOptions(options);
  const container = containerFromPath(path);
  const backend = await chosenBackend(options.backend ?? 'auto');
  const file = await openOutputFile(path, options.overwrite ?? false);
  try {
    const encoder = await (backend === 'node-av' ? NodeAvSink : FfmpegSink).open(file, container, options);
    return new VideoSink(file, encoder, options.width, options.height);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

class VideoSink implements FrameSink {
  #written = 0;
  #encoding: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #state: 'open' | 'closed' = 'open';

  constructor(
    readonly file: OutputFile,
    readonly encoder: VideoBackendSink,
    readonly width: number,
    readonly height: number,
  ) {}

  async write(image: RgbImage): Promise<void> {
    if (this.#state === 'closed')
      throw new Error(`Expected an open sink but received ${this.file.target}, which is closed`);
    if (image.width !== this.width || image.height !== this.height) {
      throw new FairmotError(
        `Expected images of ${this.width}x${this.height} for ${this.file.target} but received ${image.width}x${image.height}`,
      );
    }
    await this.#encoding;
    this.#throwIfFailed();
    await this.encoder.take(image);
    this.#written++;
    this.#encoding = this.encoder.encode().catch((error) => {
      this.#failure = { error };
    });
  }

  async close(): Promise<void> {
    if (this.#written === 0) return this.abort();
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    await this.#encoding;
    try {
      this.#throwIfFailed();
      await this.encoder.finish();
      await this.file.commit();
    } catch (error) {
      await this.encoder.release().catch(() => {});
      await this.file.discard();
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    await this.#encoding;
    await this.encoder.release();
    await this.file.discard();
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
