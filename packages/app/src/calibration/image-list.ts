// The list of calibration images: one path a line, relative to the list; blank lines and lines that begin with # say nothing.
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { isTensorrtCache } from '@trt-fairmot/trt-builder';
import { reasonOf } from '../cli/reason.js';

/** An image and where the list names it. */
export interface ListedImage {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** Fewer images say too little of what a network sees. */
export const fewestImages = 8;

const hint = 'a list holds one image path a line, relative to the list; # begins a comment';

/**
 * Reads a list of images and checks that each is a file.
 *
 * @throws FairmotError naming the list and the line of what is missing, or what the file is instead of a list
 */
export async function imageListFrom(path: string): Promise<ListedImage[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FairmotError(`Expected a list of images at ${path} but received ${reasonOf(cause)}`, { cause, hint });
  });
  if (isTensorrtCache(text)) {
    throw new FairmotError(
      `Expected image paths in ${path} but received a calibration cache of TensorRT's at line 1: ${text.split('\n', 1)[0]?.trim()}`,
      {
        hint: `${hint}. Caches of TensorRT's own calibrators are of no use here: quantisation is written into the network`,
      },
    );
  }
  if (text.includes('\0')) {
    throw new FairmotError(`Expected image paths in ${path} but received a binary file at line 1`, { hint });
  }
  const images = text.split(/\r?\n/).flatMap((line, i): ListedImage[] => {
    const name = line.trim();
    return name === '' || name.startsWith('#') ? [] : [{ path: resolve(dirname(path), name), line: i + 1 }];
  });
  await requireFiles(images, path);
  requireEnough(images, path, text.split(/\r?\n/).length);
  return images;
}

async function requireFiles(images: readonly ListedImage[], path: string): Promise<void> {
  const found = await Promise.all(images.map((image) => stat(image.path).catch(() => null)));
  const at = found.findIndex((file) => !file?.isFile());
  if (at < 0) return;
  const missing = found.filter((file) => !file?.isFile()).length;
  const { path: image, line } = images[at] as ListedImage;
  const others = missing > 1 ? ` (and ${missing - 1} more like it)` : '';
  throw new FairmotError(
    `Expected an image in line ${line} of ${path} but received ${found[at] ? 'a folder' : 'nothing'} at ${image}${others}`,
    { hint },
  );
}

function requireEnough(images: readonly ListedImage[], path: string, lines: number): void {
  if (images.length >= fewestImages) return;
  const received =
    images.length === 0
      ? `none in ${lines === 1 ? '1 line' : `${lines} lines`}`
      : `${images.length}, the last in line ${images.at(-1)?.line}`;
  throw new FairmotError(`Expected ${fewestImages} images or more in ${path} but received ${received}`, {
    hint: '30 to 500 frames like those the network will see are a good choice',
  });
}
