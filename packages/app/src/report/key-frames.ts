// Annotated pictures at even distances of a film, for its report.
import { Annotator, jpegFromImage } from '@trt-fairmot/media';
import type { FrameResult } from '../output/output.js';
import { Spaced } from './spaced.js';

/** A picture of the film with boxes, ids and traces. */
export interface KeyFrame {
  readonly index: number;
  readonly time: number;
  readonly tracks: number;
  /** Bytes of a JPEG file. */
  readonly jpeg: Uint8Array;
}

/** Keeps 5 to 9 pictures, whatever the film's length; the frames themselves are left as they are. */
export class KeyFrames {
  readonly #annotator = new Annotator();
  readonly #kept = new Spaced<KeyFrame>(9);

  async add({ frame, tracks }: FrameResult): Promise<void> {
    if (!this.#kept.wants()) {
      // Traces go through the frames between, which need no pixels.
      this.#annotator.annotate({ width: 1, height: 1, data: new Uint8Array(3) }, tracks);
      return;
    }
    const { index, time, width, height } = frame;
    const copy = { width, height, data: frame.data.slice() };
    this.#annotator.annotate(copy, tracks);
    this.#kept.add({ index, time, tracks: tracks.length, jpeg: await jpegFromImage(copy, { maxWidth: 960 }) });
  }

  get pictures(): readonly KeyFrame[] {
    return this.#kept.items;
  }
}
