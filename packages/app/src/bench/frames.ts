// The frames of a benchmark, held in memory: of a film or folder, or made up.
import { basename } from 'node:path';
import { FairmotError, type RgbImage, type Size } from '@trt-fairmot/fairmot-postprocess';
import { openSource } from '@trt-fairmot/media';

/** Frames with a word on where they are from. */
export interface BenchFrames extends Size {
  readonly images: readonly RgbImage[];
  readonly origin: string;
}

/**
 * Reads the first frames of a source, or makes some up where none is given.
 *
 * @param size what the frames are cut and scaled to; null leaves them as they are (1920x1080 where they are made up)
 * @throws FairmotError if the source has no frame
 */
export async function benchFrames(source: string | null, count: number, size: Size | null): Promise<BenchFrames> {
  if (source === null) {
    const { width, height } = size ?? { width: 1920, height: 1080 };
    const images = Array.from({ length: count }, (_, index) => streetImage(width, height, index));
    return { width, height, images, origin: 'made-up pictures' };
  }
  const images: RgbImage[] = [];
  for await (const { width, height, data } of await openSource(source, { maxFrames: count })) {
    const image = { width, height, data };
    images.push(size ? scaledImage(image, size) : { ...image, data: data.slice() });
  }
  const [first] = images;
  if (!first) throw new FairmotError(`Expected frames in ${source} but received none`);
  const { width, height } = first;
  return { width, height, images, origin: basename(source) };
}

/** Forth and back through the frames for ever, so that people move without a jump. */
export function swinging(count: number, index: number): number {
  if (count < 2) return 0;
  const place = index % (2 * count - 2);
  return place < count ? place : 2 * count - 2 - place;
}

/** A grey gradient with upright bars that walk: work for the copies and the letterbox, hardly any for the tracker. */
export function streetImage(width: number, height: number, index: number): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    data.fill(96 + Math.floor((96 * y) / height), 3 * y * width, 3 * (y + 1) * width);
  }
  const people = 12;
  for (let person = 0; person < people; person++) {
    const [w, h] = [Math.ceil(width / 48), Math.ceil(height / 6)];
    const left = Math.floor((person * width) / people + 4 * index) % Math.max(1, width - w);
    const top = Math.floor((height - h) * (0.3 + 0.05 * person)) % Math.max(1, height - h);
    for (let y = top; y < top + h; y++) data.fill(20 + 10 * person, 3 * (y * width + left), 3 * (y * width + left + w));
  }
  return { width, height, data };
}

/** For each pixel along one side: the two pixels it lies between, and how far it is from the first. */
function places(count: number, step: number, size: number) {
  const [low, high, share] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  const start = (size - step * count) / 2;
  for (let i = 0; i < count; i++) {
    const at = Math.min(size - 1, Math.max(0, start + (i + 0.5) * step - 0.5));
    low[i] = Math.floor(at);
    high[i] = Math.min(size - 1, Math.floor(at) + 1);
    share[i] = at - Math.floor(at);
  }
  return { low, high, share };
}

/** The middle of an image in the wanted proportions, scaled bilinearly. */
export function scaledImage(image: RgbImage, { width, height }: Size): RgbImage {
  if (image.width === width && image.height === height) return { ...image, data: image.data.slice() };
  const from = image.data;
  const step = Math.min(image.width / width, image.height / height);
  const [columns, rows] = [places(width, step, image.width), places(height, step, image.height)];
  const data = new Uint8ClampedArray(3 * width * height); // rounds what is written
  for (let y = 0, to = 0; y < height; y++) {
    const above = (rows.low[y] as number) * image.width;
    const below = (rows.high[y] as number) * image.width;
    const down = rows.share[y] as number;
    for (let x = 0; x < width; x++) {
      const [left, right] = [columns.low[x] as number, columns.high[x] as number];
      const across = columns.share[x] as number;
      for (let c = 0; c < 3; c++, to++) {
        const a = from[3 * (above + left) + c] as number;
        const b = from[3 * (below + left) + c] as number;
        const upper = a + across * ((from[3 * (above + right) + c] as number) - a);
        const lower = b + across * ((from[3 * (below + right) + c] as number) - b);
        data[to] = upper + down * (lower - upper);
      }
    }
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}
