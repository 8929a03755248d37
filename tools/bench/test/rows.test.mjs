import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { tacticLibraries } from '../src/comparison/libraries.mjs';
import { measurePytorch, pytorchGroups } from '../src/comparison/pytorch.mjs';
import { recipeEngine, recipeForms, recipeName, recipeTactics } from '../src/comparison/recipe.mjs';
import { RowStore } from '../src/comparison/row-store.mjs';

const folder = temporaryFolder();
const times = { runs: 50, median: 1, p99: 1, min: 1 };
const row = { group: 'ours', name: 'fp16', batch: 1, times };

test('measured rows survive a restart of the comparison, not one of the machine; failed ones are tried again', () => {
  const file = join(folder, 'rows.json');
  const store = new RowStore(file, { boot: 'a' });
  expect(store.measured(row)).toBeNull();
  store.put(row);
  store.put({ ...row, batch: 8, times: undefined, error: 'no memory' });
  const next = new RowStore(file, { boot: 'a' });
  expect(next.measured(row)).toEqual(row);
  expect(next.measured(row, 2)).toBeNull();
  expect(next.measured({ ...row, batch: 8 })).toBeNull();
  expect(new RowStore(file, { boot: 'b' }).measured(row)).toBeNull();
  expect(new RowStore(file, { boot: 'a', again: true }).measured(row)).toBeNull();
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
  expect(new RowStore(file, { boot: 'a' }).measured(row)).toBeNull();
});

test('what PyTorch compiles runs in processes of its own, one for each batch, after the rest', () => {
  const groups = pytorchGroups([1, 8]);
  expect(groups.map(({ compile, rows }) => [compile, rows.length])).toEqual([
    [false, 16],
    [true, 2],
    [true, 2],
  ]);
  expect(pytorchGroups([1], 'TF32').flatMap(({ rows }) => rows.map(({ name }) => name))).toEqual([
    'TF32',
    'TF32, CUDA graph (im2col on its stream)',
  ]);
});

test.skipIf(process.platform === 'win32')(
  'rows of a process that ends early are kept, the others say why',
  async () => {
    const python = join(folder, 'python');
    writeFileSync(
      python,
      '#!/bin/sh\necho \'{"name": "fp16", "batch": 1, "times": {"median": 2}}\'\necho broken >&2\nexit 3\n',
    );
    chmodSync(python, 0o755);
    const rows = [];
    const wanted = ['fp16', 'TF32'].map((name) => ({ group: 'PyTorch', name, batch: 1 }));
    const options = { python, checkpoint: 'none', seconds: 1, device: 'cpu', out: folder, limitSeconds: 20 };
    await measurePytorch(wanted, { ...options, onRow: (found) => rows.push(found) });
    expect(rows).toEqual([
      { group: 'PyTorch', name: 'fp16', batch: 1, times: { median: 2 } },
      { group: 'PyTorch', name: 'TF32', batch: 1, error: 'ended with code 3: broken' },
    ]);
  },
);

test('a name says whether the tactics of cuDNN and cuBLAS were on', () => {
  const [first, second] = recipeForms({ batches: [1, 8], precisions: ['fp16'] });
  expect([first.batch, second.batch]).toEqual([1, 1]);
  expect(recipeName(first, { kind: 'all', reason: '' })).toBe(
    'fp16, DCNv2 as im2col + cuBLAS, ConvTranspose written densely, cuDNN and cuBLAS tactics on',
  );
  expect(recipeName(second, { kind: 'own', reason: 'libraries not found' })).toMatch(
    /as exported, cuDNN and cuBLAS tactics off: libraries not found$/,
  );
});

test('without the libraries, or a Python to ask, tactics are off', async () => {
  const { problems } = await tacticLibraries(join(folder, 'no-python'), {});
  expect(problems[0]).toContain('does not start');
  const tactics = await recipeTactics({ python: join(folder, 'no-python'), env: {}, wanted: 'all', say: () => {} });
  expect(tactics).toMatchObject({ kind: 'own', reason: 'libraries not found' });
});

test('an engine that is there is taken, one that is not is not built unasked', async () => {
  const [form] = recipeForms({ batches: [1], precisions: ['fp16'] });
  const options = { out: folder, build: false, network: { plugin: 'plugin.so' }, say: () => {} };
  const tactics = { kind: 'all', reason: '' };
  const missing = await recipeEngine(form, tactics, options);
  expect(missing).toMatchObject({ error: 'not built', plugins: ['plugin.so'], batches: [1] });
  const failed = missing.path.replace('.engine', '.failed');
  writeFileSync(failed, JSON.stringify({ error: 'took longer than 500 s', late: true }));
  expect(await recipeEngine(form, tactics, options)).toMatchObject({ error: 'took longer than 500 s' });
  const own = await recipeEngine(form, { kind: 'own', reason: 'not asked for' }, options);
  writeFileSync(own.path, '');
  const taken = await recipeEngine(form, tactics, options);
  expect(taken.path).toBe(own.path);
  expect(taken.name).toMatch(/cuDNN and cuBLAS tactics off: took longer than 500 s$/);
  writeFileSync(missing.path, '');
  expect(await recipeEngine(form, tactics, options)).not.toHaveProperty('error');
});
