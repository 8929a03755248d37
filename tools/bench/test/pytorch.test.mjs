import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonFrom } from '../src/comparison/child.mjs';

const python = process.env.PYTHON || 'python3';
const without = spawnSync(python, ['-c', 'import torchvision']).status !== 0;
const root = join(import.meta.dirname, '..');
const checkpoint = join(root, '..', 'demo', 'fairmot-dla34-half.pth');

test.skipIf(without)(
  'the deformable convolution for CUDA graphs is torchvision’s, as an operator and in the network',
  async () => {
    const script = join(root, 'python', 'check_stream_deform_conv.py');
    const found = await jsonFrom(python, [script, checkpoint]);
    expect(found).toMatchObject({ contiguous: expect.any(Number), heads: expect.any(Number) });
    for (const difference of Object.values(found)) expect(difference).toBeLessThan(1e-5);
  },
  300_000,
);

test.skipIf(without)('without the library of im2col it says what to build', async () => {
  const code = 'import stream_deform_conv as s; s.load()';
  const env = { PYTHONPATH: join(root, 'python'), RECIPE_IM2COL: '/nowhere/librecipe_im2col.so' };
  const { error } = await jsonFrom(python, ['-c', code], { env });
  expect(error).toMatch(/Expected librecipe_im2col\.so but received: .*build tools\/bench\/recipe-plugin$/);
});
