// Listed images as the network takes them.
import { FairmotError, letterboxFromSize, tensorFromImage } from '@trt-fairmot/fairmot-postprocess';
import { type Frame, openSource } from '@trt-fairmot/media';
import type { CalibrationImages } from '@trt-fairmot/trt-builder';
import { fileHash } from '../pipeline/file-hash.js';
import type { ListedImage } from './image-list.js';

/** Images of a list, letterboxed as in inference to a network's input size. */
export async function calibrationImagesFrom(
  list: string,
  images: readonly ListedImage[],
  size: { readonly width: number; readonly height: number },
): Promise<CalibrationImages> {
  const hashes: string[] = [];
  for (const { path } of images) hashes.push(await fileHash(path));
  return {
    hashes,
    tensor: async (index) => {
      const frame = await decoded(list, images[index] as ListedImage);
      return tensorFromImage(frame, letterboxFromSize(frame, size));
    },
  };
}

/**
 * Decodes every image once, so that what cannot be read is known before the minutes of calibrating.
 *
 * @throws FairmotError naming the line
 */
export async function requireReadable(list: string, images: readonly ListedImage[]): Promise<void> {
  for (const image of images) await decoded(list, image);
}

async function decoded(list: string, { path, line }: ListedImage): Promise<Frame> {
  try {
    const source = await openSource(path, { maxFrames: 1 });
    if (source.kind === 'images') for await (const frame of source) return frame;
    await source.close();
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(
      /^Expected /,
      'no image: expected ',
    );
    throw new FairmotError(`Expected an image in line ${line} of ${list} but received ${reason}`, { cause });
  }
  throw new FairmotError(`Expected an image in line ${line} of ${list} but received a film: ${path}`, {
    hint: 'write frames of it as images first: ffmpeg -i FILM -vf fps=1 frames/%04d.jpg',
  });
}
