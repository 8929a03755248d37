import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { openSource } from '../../src/open-source.js';
import type { Backend, Frame, SourceOptions } from '../../src/types.js';
import { openVideoSink } from '../../src/video-sink.js';

/** The demo film: 195 frames, 768x576, 10 fps. */
export const film = join(import.meta.dirname, '..', '..', '..', '..', 'tools', 'demo', 'pedestrians.mp4');

/** An image of one colour. */
export function plain(width: number, height: number, color: readonly [number, number, number]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = color[i % 3] as number;
  return { width, height, data };
}

/** Red, green / blue, white quarters, the upper left one first. */
export function quarters(width: number, height: number): RgbImage {
  const colors = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ] as const;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colors[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] as readonly number[];
      data.set(color, (y * width + x) * 3);
    }
  }
  return { width, height, data };
}

export function pixel({ data, width }: RgbImage, x: number, y: number): [number, number, number] {
  const at = (y * width + x) * 3;
  return [data[at] as number, data[at + 1] as number, data[at + 2] as number];
}

/** Gray level of frame `n` of a counting video, far enough apart to survive compression. */
export const levelOf = (n: number): number => 20 + ((n * 37) % 200);

/** Writes a video whose frame n (from 1) is plain gray of `levelOf(n)`. */
export async function writeCounting(
  path: string,
  frames: number,
  options: { backend?: Backend; width?: number; height?: number; frameRate?: number } = {},
): Promise<string> {
  const { width = 64, height = 48, frameRate = 25, backend = 'auto' } = options;
  const sink = await openVideoSink(path, { width, height, frameRate, backend, overwrite: true, preset: 'ultrafast' });
  for (let n = 1; n <= frames; n++) {
    const level = levelOf(n);
    await sink.write(plain(width, height, [level, level, level]));
  }
  await sink.close();
  return path;
}

export interface Seen {
  readonly index: number;
  readonly time: number;
  readonly hash: string;
  /** Green of the middle pixel. */
  readonly level: number;
}

/** All frames of a source, their pixels as a hash. */
export async function seen(source: string, options: SourceOptions = {}): Promise<Seen[]> {
  const frames: Seen[] = [];
  for await (const frame of await openSource(source, options)) frames.push(seenFrame(frame));
  return frames;
}

export function seenFrame(frame: Frame): Seen {
  const hash = createHash('md5').update(frame.data).digest('hex');
  const level = pixel(frame, frame.width >> 1, frame.height >> 1)[1];
  return { index: frame.index, time: frame.time, hash, level };
}
