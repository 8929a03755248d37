import sharp from 'sharp';

/** An 8-bit picture, [height, width, 3] RGB. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface PictureOptions {
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
  /** Wider pictures are scaled down to this. */
  readonly maxWidth: number;
  /** At most so many pictures a second. */
  readonly maxRate: number;
  /** Shared by the makers of all sources: decoders use the same threads, and must not wait for viewers. */
  readonly lanes: { free: number };
}

/** A JPEG and the frame it shows. */
export interface Picture {
  readonly frame: number;
  readonly jpeg: Buffer;
}

/**
 * Makes JPEGs on sharp's own threads, one at a time: what comes while one is made, or faster than `maxRate`, is left out. The caller
 * pays for a copy of the pixels and nothing else.
 */
export class PictureMaker {
  readonly #options: PictureOptions;
  readonly #done: (picture: Picture, ms: number) => void;
  #copy: Uint8Array = new Uint8Array(0);
  #busy: Promise<void> | null = null;
  #due = 0;

  constructor(options: PictureOptions, done: (picture: Picture, ms: number) => void) {
    this.#options = options;
    this.#done = done;
  }

  /** Takes a frame, or leaves it out. The pixels may change as soon as this returns. */
  offer(frame: number, pixels: Pixels, now = performance.now()): boolean {
    // A frame may come a little early: half an interval of grace keeps a 30 fps stream at 30 pictures a second.
    const interval = 1000 / this.#options.maxRate;
    if (this.#busy || this.#options.lanes.free < 1 || now < this.#due - interval / 2) return false;
    this.#due = Math.max(this.#due, now) + interval;
    void this.#make(frame, pixels);
    return true;
  }

  /** As `offer`, but waits for its turn: for a last picture. */
  async make(frame: number, pixels: Pixels): Promise<void> {
    await this.#busy;
    await this.#make(frame, pixels);
  }

  #make(frame: number, { width, height, data }: Pixels): Promise<void> {
    if (this.#copy.length !== data.length) this.#copy = new Uint8Array(data.length);
    this.#copy.set(data);
    const { lanes, quality, maxWidth } = this.#options;
    lanes.free--;
    const started = performance.now();
    const picture = sharp(this.#copy, { raw: { width, height, channels: 3 } });
    if (width > maxWidth) picture.resize({ width: maxWidth, kernel: 'linear' });
    this.#busy = picture
      .jpeg({ quality })
      .toBuffer()
      .then(
        (jpeg) => this.#done({ frame, jpeg }, performance.now() - started),
        () => {}, // a picture that cannot be made is one picture fewer
      )
      .finally(() => {
        this.#busy = null;
        lanes.free++;
      });
    return this.#busy;
  }
}
