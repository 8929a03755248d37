import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';

/** What reads and writes video: FFmpeg inside npm, or the `ffmpeg` program on the PATH. */
export type Backend = 'node-av' | 'ffmpeg';

/** One picture of a source: `data` is [height, width, 3] RGB, tightly packed. */
export interface Frame extends RgbImage {
  /** Number in the source, from 1; skipped frames count. */
  readonly index: number;
  /** Seconds since the first frame of the source. */
  readonly time: number;
}

/** What a source is: a file with frames in time, still images, raw bytes on stdin, a network stream or a camera. */
export type SourceKind = 'video' | 'images' | 'raw' | 'url' | 'camera';

/** Raw frames on standard input: [height, width, 3], one after the other, no header. */
export interface RawFormat {
  readonly width: number;
  readonly height: number;
  /** Order of the three bytes of a pixel; default 'rgb24'. */
  readonly format?: 'rgb24' | 'bgr24';
  /** Frames per second, for `Frame.time`; default 25. */
  readonly frameRate?: number;
}

export interface SourceOptions {
  /** 'auto' takes node-av where it is installed, else ffmpeg on the PATH. */
  readonly backend?: Backend | 'auto';
  /** First frame to give, in seconds of the source; default 0. */
  readonly start?: number;
  /** Seconds to read from `start` on; default: to the end. */
  readonly duration?: number;
  /** Give every `stride`-th frame; the others are skipped before colour conversion. Default 1. */
  readonly stride?: number;
  /** Stop after so many frames were given. */
  readonly maxFrames?: number;
  /** How many of the last pulled frames keep their pixels, from 1; `Infinity`: all. Default 3. */
  readonly hold?: number;
  /** Decoder threads; default 1. */
  readonly threads?: number;
  /** Needed for source '-', and used by nothing else. */
  readonly raw?: RawFormat;
  /** Frames per second of an image folder; default 25. */
  readonly frameRate?: number;
  /** Camera: wanted picture size; the driver decides. */
  readonly cameraSize?: { readonly width: number; readonly height: number };
  /** Aborting ends the iteration with the signal's reason and closes the source. */
  readonly signal?: AbortSignal;
}

/**
 * Frames one after the other. Iterate once; leaving the loop closes the source.
 *
 * Decoding runs ahead of the consumer, off the main thread, by at most two frames. The pixels of a frame stay untouched until
 * `hold` further frames have been pulled (default 3); copy what must live longer. The consumer may draw into them.
 */
export interface FrameSource extends AsyncIterable<Frame> {
  readonly kind: SourceKind;
  /** What reads it: 'node-av', 'ffmpeg', 'sharp' (images) or 'raw'. */
  readonly backend: Backend | 'sharp' | 'raw';
  readonly width: number;
  readonly height: number;
  /** Frames per second of the source itself, whatever the stride; the mean where it varies. */
  readonly frameRate: number;
  /** How many frames the iteration is expected to give; null where nobody knows. An estimate: some files misreport it. */
  readonly frameCount: number | null;
  /** What went wrong without ending the iteration (damaged pictures, a file cut short), one sentence each. Complete at its end. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** Takes images of one size, one after the other. */
export interface FrameSink {
  readonly width: number;
  readonly height: number;
  /** Resolves when the pixels may be overwritten, and not before the encoder keeps up. */
  write(image: RgbImage): Promise<void>;
  /** Finishes the file and gives it its name. */
  close(): Promise<void>;
  /** Drops what was written. */
  abort(): Promise<void>;
}
