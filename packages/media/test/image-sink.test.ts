import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { openImageSink } from '../src/image-sink.js';
import { levelOf, plain, seen } from './support/film.js';

const folder = temporaryFolder();

test.each(['jpg', 'png', 'webp'] as const)('%s images, numbered, there on close', async (format) => {
  const path = join(folder, 'deep', format);
  const sink = await openImageSink(path, { format });
  const image = plain(40, 30, [0, 0, 0]);
  for (let n = 1; n <= 11; n++) {
    image.data.fill(levelOf(n));
    await sink.write(image);
    image.data.fill(0);
  }
  await sink.close();
  expect(readdirSync(join(folder, 'deep')).filter((name) => name.includes('partial'))).toEqual([]);
  expect(readdirSync(path)).toHaveLength(11);
  expect(readdirSync(path).sort().at(-1)).toBe(`000011.${format}`);
  for (const { index, level } of await seen(path)) expect(Math.abs(level - levelOf(index))).toBeLessThanOrEqual(2);
});

test('abort leaves nothing; a folder with files needs overwrite', async () => {
  const path = join(folder, 'abort');
  const sink = await openImageSink(path);
  await sink.write(plain(8, 8, [1, 2, 3]));
  await sink.abort();
  expect(readdirSync(folder).filter((name) => name.includes('abort'))).toEqual([]);

  mkdirSync(path);
  writeFileSync(join(path, 'notes.txt'), '');
  await expect(openImageSink(path)).rejects.toMatchObject({ kind: 'usage' });
  const other = await openImageSink(path, { overwrite: true });
  await other.write(plain(8, 8, [1, 2, 3]));
  await expect(other.write(plain(9, 8, [1, 2, 3]))).rejects.toMatchObject({
    message: 'Expected images of 8x8 but received 9x8',
  });
  await other.close();
  expect(readdirSync(path).sort()).toEqual(['000001.jpg', 'notes.txt']);
  await expect(openImageSink(join(path, 'notes.txt'))).rejects.toMatchObject({ kind: 'usage' });
});
