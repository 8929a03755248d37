import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { readTimingCache, writeTimingCache } from '../../src/engine/timing-cache.js';

const folder = temporaryFolder();

test('what is written is read back; an empty cache leaves the file as it is; nothing temporary stays', async () => {
  const path = join(folder, 'tactics.cache');
  expect(await readTimingCache(path)).toBeNull();
  await writeTimingCache(path, Uint8Array.of(1, 2, 3));
  await writeTimingCache(path, new Uint8Array());
  expect(new Uint8Array((await readTimingCache(path)) as Uint8Array)).toEqual(Uint8Array.of(1, 2, 3));
  expect(await readdir(folder)).toEqual(['tactics.cache']);
});

test('a file that cannot be read is an error that names it', async () => {
  await mkdir(join(folder, 'a-folder'));
  await expect(readTimingCache(join(folder, 'a-folder'))).rejects.toThrow(
    /^Expected to read timing cache .*a-folder but received: /,
  );
});
