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

/** How a live source comes back after its connection broke. */
export interface ReconnectOptions {
  /** Attempts in a row before giving up; 0: the source ends where the connection breaks. Default 10. */
  readonly attempts?: number;
  /** Seconds before the first attempt, doubled for each further one. Default 0.5. */
  readonly delay?: number;
  /** Longest wait between two attempts, in seconds. Default 10. */
  readonly maxDelay?: number;
  /** Without a picture for so many seconds the connection counts as broken. Default 15. */
  readonly patience?: number;
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
  /**
   * The source does not wait: it reconnects, and frames that nobody takes in time are dropped. Default: cameras, rtsp and the like,
   * and http addresses that declare no length. Files never are.
   */
  readonly live?: boolean;
  /** Frames of a live source that wait for the consumer; one more drops the oldest. Default 2. */
  readonly queue?: number;
  /** How a live source comes back. */
  readonly reconnect?: ReconnectOptions;
  /** Called with one sentence when a live source breaks off, and when it is back. */
  readonly onNotice?: (message: string) => void;
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
  /** Whether frames are dropped where nobody takes them in time. */
  readonly live: boolean;
  /** Frames of a live source that were dropped so far because nobody took them in time. */
  readonly dropped: number;
  /** How often a live source broke off and came back so far. */
  readonly reconnects: number;
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
