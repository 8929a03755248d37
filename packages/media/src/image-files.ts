import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { glob } from 'tinyglobby';

const imageName = /\.(jpe?g|png|webp|tiff?|bmp|gif|avif|heic)$/i;
const collator = new Intl.Collator('en', { numeric: true });

/** Whether the name is that of a still image. */
export function isImageName(path: string): boolean {
  return imageName.test(path);
}

/** Whether the text is a pattern rather than a path: *, ?, [...] or {...}. */
export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path);
}

/** The images of a folder in natural order (2 before 10); for a MOTChallenge sequence folder those in img1. */
export async function imagesInFolder(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => isImageName(name) && !name.startsWith('.'));
  if (names.length > 0) return inNaturalOrder(names.map((name) => join(folder, name)));
  const inner = join(folder, 'img1');
  if (basename(folder) !== 'img1' && (await stat(inner).catch(() => null))?.isDirectory()) return imagesInFolder(inner);
  throw new FairmotError(`Expected images in the folder ${folder} but received none`, {
    hint: 'jpg, png, webp, tiff and bmp are read; give the folder that holds them',
  });
}

/** The images a pattern matches, in natural order. */
export async function imagesFromGlob(pattern: string): Promise<string[]> {
  const paths = await glob(process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern, {
    expandDirectories: false,
  });
  const images = paths.filter(isImageName);
  if (images.length > 0) return inNaturalOrder(images);
  const found = paths.length === 0 ? 'no file' : `${paths.length} files, none of them an image`;
  throw new FairmotError(`Expected images to match ${pattern} but received ${found}`, {
    hint: 'quote the pattern, so that the shell leaves it alone: "frames/*.jpg"',
  });
}

function inNaturalOrder(paths: readonly string[]): string[] {
  return paths.toSorted(collator.compare);
}

/** The frame rate in the seqinfo.ini of a MOTChallenge sequence, null without one. */
export async function frameRateFromSeqinfo(image: string): Promise<number | null> {
  for (const folder of [dirname(image), dirname(dirname(image))]) {
    const text = await readFile(join(folder, 'seqinfo.ini'), 'utf8').catch(() => '');
    const rate = Number(/^\s*frameRate\s*=\s*([\d.]+)/im.exec(text)?.[1]);
    if (rate > 0) return rate;
  }
  return null;
}
