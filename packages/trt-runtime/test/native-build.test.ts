import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';

test('without CMake, a compiler and nvcc the native build says in one line what was left out, and succeeds', () => {
  const folder = temporaryFolder();
  if (process.platform !== 'win32') symlinkSync(process.execPath, join(folder, 'node'));
  const script = join(import.meta.dirname, '..', 'native', 'build.mjs');
  const { CUDACXX: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { ...env, PATH: folder },
  });
  expect(status).toBe(0);
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stdout).toMatch(/^left out: the TensorRT addon/);
  if (process.platform === 'linux') expect(stdout).toMatch(/lacks CMake 3\.25 or newer, a C\+\+ compiler, nvcc/);
});
