import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { reasonOf } from '../../src/cli/reason.js';

const failureOf = (path: string) =>
  readFile(path).then(
    () => 'no failure',
    (cause: unknown) => reasonOf(cause),
  );

test('says in words what stood at a path', async () => {
  const folder = temporaryFolder();
  expect(await failureOf(join(folder, 'absent'))).toBe('nothing (no such file or folder)');
  expect(await failureOf(folder)).toBe('a folder');
});

test('passes on a code it has no words for, and a message without a code', () => {
  expect(reasonOf(Object.assign(new Error('too many'), { code: 'EMFILE' }))).toBe('EMFILE');
  expect(reasonOf(new Error('odd'))).toBe('Error: odd');
});
