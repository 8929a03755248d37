import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { type AddonCandidate, addonCandidates, failureInChild, loadFirst } from '../src/load-addon.js';

const folder = temporaryFolder();

function file(name: string, text: string): AddonCandidate {
  const path = join(folder, name);
  writeFileSync(path, text);
  return { path, origin: 'local build' };
}

describe('addonCandidates', () => {
  test('a file named by the environment is the only one', () => {
    expect(addonCandidates({ TRT_FAIRMOT_ADDON: '/x.node' })).toEqual([
      { path: '/x.node', origin: 'TRT_FAIRMOT_ADDON' },
    ]);
  });

  test('else the local build comes before the platform package', () => {
    const candidates = addonCandidates({});
    expect(candidates.map(({ origin }) => origin)).toEqual(['local build', 'platform package']);
    expect(candidates[0]?.path).toMatch(/trt-runtime[\\/]build[\\/]trt_fairmot\.node$/);
    expect(candidates[1]?.path).toContain(`trt-runtime-${process.platform}-${process.arch}`);
  });
});

describe('loadFirst', () => {
  test('names every place it tried, and what to do', async () => {
    const candidates: AddonCandidate[] = [
      { path: '/nowhere/trt_fairmot.node', origin: 'local build' },
      { path: '@trt-fairmot/no-such-platform/trt_fairmot.node', origin: 'platform package' },
    ];
    await expect(loadFirst(candidates)).rejects.toMatchObject({
      name: 'FairmotError',
      kind: 'environment',
      message: expect.stringMatching(/\/nowhere\/trt_fairmot\.node does not exist.*no-such-platform.*not installed/),
      hint: expect.stringContaining('npm run native'),
    });
  });

  test('goes past a file that cannot be loaded', async () => {
    const broken = file('broken.node', 'no machine code');
    const working = file('working.cjs', 'module.exports = { answer: () => 42 };');
    const { addon, file: found } = await loadFirst([broken, working]);
    expect(found).toBe(working.path);
    expect((addon as unknown as { answer(): number }).answer()).toBe(42);
    await expect(loadFirst([broken])).rejects.toThrow(/broken\.node/);
  });
});

describe('failureInChild', () => {
  test('is null for what loads', async () => {
    expect(await failureInChild(file('fine.cjs', 'module.exports = {};').path)).toBeNull();
  });

  test('survives a file that ends the process', async () => {
    const crashing = file('crash.cjs', "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
    expect(await failureInChild(crashing.path)).toMatch(/crashed with SIGKILL|Command failed/);
  });

  test('gives the first line of what went wrong', async () => {
    const throwing = file('throw.cjs', "throw new Error('libx.so: cannot open shared object file\\nmore');");
    expect(await failureInChild(throwing.path)).toMatch(/throw\.cjs: libx\.so: cannot open shared object file$/);
  });
});
