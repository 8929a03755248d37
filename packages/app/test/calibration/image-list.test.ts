import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { calibrationImagesFrom, requireReadable } from '../../src/calibration/calibration-images.js';
import { imageListFrom } from '../../src/calibration/image-list.js';
import { calibrationImages } from '../run-fairmot.js';

const folder = temporaryFolder();
mkdirSync(join(folder, 'sub'));
const image = (i: number) => join(calibrationImages, `00${i}.jpg`);
const eight = Array.from({ length: 8 }, (_, i) => image(i + 1));
function listOf(...lines: string[]): string {
  const path = join(folder, 'list.txt');
  writeFileSync(path, lines.join('\n'));
  return path;
}
writeFileSync(join(folder, 'broken.jpg'), 'no jpeg');

describe('imageListFrom', () => {
  test('takes paths relative to the list; comments and blank lines keep their numbers', async () => {
    for (let i = 0; i < 8; i++) writeFileSync(join(folder, 'sub', `${i} a.jpg`), '');
    const names = Array.from({ length: 8 }, (_, i) => `sub/${i} a.jpg`);
    const images = await imageListFrom(listOf('# frames\r', '', ...names, ''));
    expect(images[0]).toEqual({ path: join(folder, 'sub', '0 a.jpg'), line: 3 });
    expect(images.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('the list of the repository names 32 images', async () => {
    expect(await imageListFrom(join(calibrationImages, '..', 'calib.txt'))).toHaveLength(32);
  });

  test.each([
    [
      'a missing image',
      [...eight, '', 'absent.jpg'],
      /^Expected an image in line 10 of .*list.txt but received nothing at .*absent.jpg$/,
    ],
    ['several', ['a.jpg', ...eight, 'b.jpg'], /^Expected an image in line 1 of .* \(and 1 more like it\)$/],
    ['a folder', [...eight, 'sub'], /^Expected an image in line 9 of .* but received a folder at /],
    ['no image', ['# none', ''], /^Expected 8 images or more in .* but received none in 2 lines$/],
    [
      'too few',
      ['# few', ...eight.slice(0, 3)],
      /^Expected 8 images or more in .* but received 3, the last in line 4$/,
    ],
    [
      'a TensorRT cache',
      ['TRT-8600-MinMaxCalibration', 'x: 3c010a14'],
      /calibration cache of TensorRT's at line 1: TRT-8600-MinMaxCalibration$/,
    ],
    ['bytes', ['\u0000\u0001'], /^Expected image paths in .* but received a binary file at line 1$/],
  ])('%s is named with its line', async (_, lines, message) => {
    await expect(imageListFrom(listOf(...lines))).rejects.toThrow(message);
  });

  test('a list that is not there', async () => {
    await expect(imageListFrom(join(folder, 'no.txt'))).rejects.toThrow(
      /^Expected a list of images at .*no.txt but received /,
    );
  });
});

describe('calibration images', () => {
  test('what cannot be decoded is named with its line', async () => {
    const listed = await imageListFrom(listOf(...eight, '', 'broken.jpg'));
    await expect(requireReadable('list.txt', listed)).rejects.toThrow(
      /^Expected an image in line 10 of list.txt but received no image: .*broken.jpg/,
    );
    await expect(requireReadable('list.txt', listed.slice(0, 8))).resolves.toBeUndefined();
  });

  test('are letterboxed to the network, whatever their size, and known by their bytes', async () => {
    const listed = await imageListFrom(listOf(...eight));
    const { hashes, tensor } = await calibrationImagesFrom('list.txt', listed, { width: 96, height: 64 });
    expect(new Set(hashes).size).toBe(8);
    const data = await tensor(0);
    expect(data).toHaveLength(3 * 64 * 96);
    // 768x576 into 96x64: 85 columns of image, border 128 beside them
    expect(data[0]).toBeCloseTo(128 / 255, 6);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });
});
