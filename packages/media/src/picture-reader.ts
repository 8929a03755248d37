import type { FrameSource, SourceKind } from './types.js';

/** A decoded picture, not yet converted to RGB. */
export interface Picture {
  readonly index: number;
  readonly time: number;
}

/** What a backend implements: pictures in order, converted only on demand. */
export interface PictureReader {
  readonly kind: SourceKind;
  readonly backend: FrameSource['backend'];
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Pictures in the whole source; null where unknown. */
  readonly total: number | null;
  /** A camera or stream that does not wait: late frames are dropped. */
  readonly live: boolean;
  /** It skips frames by `start` and `stride` itself. */
  readonly selects?: boolean;
  /** A picture cut short is not its end: `next` connects again. */
  readonly resumes?: boolean;
  readonly reconnects?: number;
  /** What went wrong so far. */
  readonly warnings: readonly string[];
  next(): Promise<Picture | null>;
  /** Writes the current picture as RGB, [height, width, 3], into the start of `target` (with `paddingBytes` to spare); false: cut short, the end. */
  convert(target: Buffer): Promise<boolean>;
  /** Makes a pending `next()` return soon. */
  interrupt(): void;
  close(): Promise<void>;
}

/** Vector instructions of swscale may write past the last pixel. */
export const paddingBytes = 64;
