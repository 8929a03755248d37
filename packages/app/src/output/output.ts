// What every result file is to the pipeline.
import type { FrameCounts } from '@trt-fairmot/counting';
import type { Detections } from '@trt-fairmot/fairmot-postprocess';
import type { Frame } from '@trt-fairmot/media';
import type { Track } from '@trt-fairmot/tracker';

/** A frame without its pixels. */
export type FrameInfo = Omit<Frame, 'data'>;

/** What is known of one frame: all that text outputs need. */
export interface TextResult {
  readonly frame: FrameInfo;
  /** In the frame's pixels, above the confidence. */
  readonly detections: Detections;
  /** Tracks that pass the output filters. */
  readonly tracks: readonly Track[];
  /** Where something is counted. */
  readonly counts?: FrameCounts;
}

/** The same with the frame's pixels. */
export interface FrameResult extends TextResult {
  readonly frame: Frame;
}

/** A result file being written. `close` finishes it under its own name; `abort` leaves nothing behind. */
export interface Output<Result = FrameResult> {
  write(result: Result): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}
