import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { saveModel } from '../../src/index.js';

describe('saveModel', () => {
  const folder = temporaryFolder();

  test('writes the bytes and leaves nothing else', async () => {
    const path = join(folder, 'new.onnx');
    await saveModel(path, Uint8Array.of(1, 2, 3));
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual(['new.onnx']);
  });

  test('keeps an existing file unless told to overwrite it', async () => {
    const path = join(folder, 'old.onnx');
    await writeFile(path, 'precious');
    await expect(saveModel(path, Uint8Array.of(1))).rejects.toMatchObject({
      hint: expect.stringContaining('--overwrite'),
    });
    expect(await readFile(path, 'utf8')).toBe('precious');
    await saveModel(path, Uint8Array.of(7), { overwrite: true });
    expect([...(await readFile(path))]).toEqual([7]);
  });

  test('says where it cannot write', async () => {
    const path = join(folder, 'absent', 'x.onnx');
    await expect(saveModel(path, Uint8Array.of(1))).rejects.toThrow(
      /^Expected to write .*x\.onnx but received: ENOENT/,
    );
  });
});
