import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { temporaryFolder } from '@trt-fairmot/testing';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openSource } from '../src/open-source.js';
import { describeBackends } from './support/backends.js';
import { pixel, plain, quarters, seen } from './support/film.js';

const folder = temporaryFolder();

function encoder({ data, width, height }: RgbImage) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A folder of 12 gray images, 1.png to 12.png, image n of level 10 n. */
async function numbered(name: string): Promise<string> {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (let n = 1; n <= 12; n++) await encoder(plain(16, 8, [10 * n, 10 * n, 10 * n])).toFile(join(path, `${n}.png`));
  return path;
}

describe('an image folder', () => {
  test('natural order, numbers and times; other files are passed over', async () => {
    const path = await numbered('plain');
    writeFileSync(join(path, 'notes.txt'), 'none');
    writeFileSync(join(path, '.hidden.png'), 'none');
    const source = await openSource(path, { frameRate: 5 });
    expect(source).toMatchObject({
      kind: 'images',
      backend: 'sharp',
      width: 16,
      height: 8,
      frameRate: 5,
      frameCount: 12,
    });
    await source.close();
    const frames = await seen(path, { frameRate: 5 });
    expect(frames.map(({ level }) => level)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
    expect(frames.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(frames[11]?.time).toBeCloseTo(11 / 5, 12);
  });

  test('start, duration and stride', async () => {
    const path = await numbered('plain');
    const frames = await seen(path, { frameRate: 5, start: 0.6, duration: 1.2, stride: 2 });
    expect(frames.map(({ index, level }) => [index, level])).toEqual([
      [4, 40],
      [6, 60],
      [8, 80],
    ]);
  });

  test('a glob', async () => {
    const path = await numbered('plain');
    const frames = await seen(join(path, '1*.png'));
    expect(frames.map(({ level }) => level)).toEqual([10, 100, 110, 120]);
    await expect(openSource(join(path, '*.webp'))).rejects.toMatchObject({
      message: `Expected images to match ${join(path, '*.webp')} but received no file`,
    });
    await expect(openSource(join(path, '*.txt'))).rejects.toMatchObject({
      message: expect.stringContaining('none of them an image'),
    });
  });

  test('a MOTChallenge sequence: img1 and the frame rate of seqinfo.ini', async () => {
    const path = join(folder, 'MOT-00');
    await numbered(join('MOT-00', 'img1'));
    writeFileSync(join(path, 'seqinfo.ini'), '[Sequence]\nname=MOT-00\nimDir=img1\nframeRate=14\nseqLength=12\n');
    const source = await openSource(path);
    expect([source.frameRate, source.frameCount]).toEqual([14, 12]);
    await source.close();
  });

  test('an image of another size is an error that names it', async () => {
    const path = await numbered('sizes');
    await encoder(plain(16, 9, [0, 0, 0])).toFile(join(path, '7.png'));
    await expect(seen(path)).rejects.toMatchObject({
      kind: 'input',
      message: `Expected ${join(path, '7.png')} to be 16x8 like ${join(path, '1.png')} but received 16x9`,
    });
  });

  test('a broken image is an error that names it', async () => {
    const path = await numbered('broken');
    writeFileSync(join(path, '3.png'), 'not a png');
    await expect(seen(path)).rejects.toMatchObject({
      message: expect.stringContaining(`Expected an image in ${join(path, '3.png')}`),
    });
  });

  test('a folder without images', async () => {
    const path = join(folder, 'none');
    mkdirSync(path);
    await expect(openSource(path)).rejects.toMatchObject({
      message: `Expected images in the folder ${path} but received none`,
    });
  });
});

describe('one image', () => {
  test.each(['png', 'tiff', 'webp', 'jpg'])('.%s', async (extension) => {
    const path = join(folder, `one.${extension}`);
    const options = extension === 'webp' ? { lossless: true } : { quality: 100 };
    await encoder(quarters(32, 16))
      .toFormat(extension as 'png', options)
      .toFile(path);
    for await (const frame of await openSource(path)) {
      expect([frame.width, frame.height, frame.index]).toEqual([32, 16, 1]);
      for (const [x, y] of [
        [4, 4],
        [28, 4],
        [4, 12],
        [28, 12],
      ] as const) {
        const [expected, received] = [pixel(quarters(32, 16), x, y), pixel(frame, x, y)];
        for (const c of [0, 1, 2] as const) expect(Math.abs(expected[c] - received[c])).toBeLessThan(4);
      }
    }
  });

  test('gray, 16 bits, transparency and a camera held sideways', async () => {
    const gray = join(folder, 'gray.png');
    await encoder(plain(8, 8, [77, 77, 77]))
      .toColourspace('b-w')
      .toFile(gray);
    const deep = join(folder, 'deep.png');
    await encoder(plain(8, 8, [77, 88, 99]))
      .toColourspace('rgb16')
      .png()
      .toFile(deep);
    const clear = join(folder, 'clear.png');
    await encoder(plain(8, 8, [1, 2, 3]))
      .ensureAlpha(0.5)
      .png()
      .toFile(clear);
    const turned = join(folder, 'turned.jpg');
    await encoder(quarters(32, 16)).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toFile(turned);
    const first = async (path: string) => {
      for await (const frame of await openSource(path)) return frame;
      throw new Error('no frame');
    };
    expect(pixel(await first(gray), 4, 4)).toEqual([77, 77, 77]);
    expect(pixel(await first(deep), 4, 4)).toEqual([77, 88, 99]);
    expect(pixel(await first(clear), 4, 4)).toEqual([1, 2, 3]);
    const upright = await first(turned);
    expect([upright.width, upright.height]).toEqual([16, 32]);
    const [red] = pixel(upright, 13, 4); // orientation 6: turn clockwise, so the upper left quarter goes to the upper right
    expect(red).toBeGreaterThan(240);
    expect(pixel(upright, 13, 4)[1]).toBeLessThan(15);
  });
});

describeBackends('BMP, which sharp lacks', (backend) => {
  test('through FFmpeg', async () => {
    const path = join(folder, `one-${backend}.bmp`);
    writeFileSync(path, bitmap(quarters(20, 10)));
    for await (const frame of await openSource(path, { backend })) {
      expect([frame.width, frame.height]).toEqual([20, 10]);
      expect(Buffer.from(frame.data).equals(Buffer.from(quarters(20, 10).data))).toBe(true);
    }
  });
});

/** An uncompressed 24-bit BMP: rows from the bottom up, blue first, padded to four bytes. */
function bitmap({ width, height, data }: RgbImage): Buffer {
  const row = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + row * height);
  file.write('BM', 0);
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        file[54 + (height - 1 - y) * row + x * 3 + c] = data[(y * width + x) * 3 + 2 - c] as number;
      }
    }
  }
  return file;
}
