// What a machine without GPU, driver or TensorRT says. track.test.ts shows that --device auto tracks there all the same.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere, temporaryFolder } from '@trt-fairmot/testing';
import { probe } from '@trt-fairmot/trt-runtime';
import { expect, test } from 'vitest';
import { checkpoint, film, runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const { gpus } = await probe();
const cache = { FAIRMOT_CACHE_DIR: path('cache') };

/** One sentence, a hint, no stack. */
function expectEnvironmentError({ code, stderr }: { code: number | null; stderr: string }): void {
  expect(code).toBe(3);
  expect(stderr).toMatch(/Expected .+ but received:? .+/);
  expect(stderr).not.toMatch(/^\s+at /m);
}

describeWhere(gpus.length > 0 ? 'this machine has a GPU' : null, 'without a GPU', () => {
  test.each([
    ['track with a checkpoint', ['track', film, '--model', checkpoint, '--device', 'tensorrt']],
    ['build', ['build', checkpoint, '-o', path('model.engine')]],
  ])('%s ends with exit code 3 and says what is missing', async (_, args) => {
    const mot = path('tracks.txt');
    const ran = await runFairmot([...args, ...(args[0] === 'track' ? ['--mot', mot] : [])], { env: cache });
    expectEnvironmentError(ran);
    expect(ran.stderr).toMatch(/addon|driver|GPU|TensorRT/);
    expect(existsSync(mot)).toBe(false);
    expect(existsSync(path('model.engine'))).toBe(false);
  });

  test('an engine with --device auto ends with exit code 3', async () => {
    const engine = path('some.engine');
    writeFileSync(engine, 'an engine in name only');
    const ran = await runFairmot(['track', film, '--model', engine, '--device', 'auto'], { env: cache });
    expectEnvironmentError(ran);
  });

  test('no TensorRT where TENSORRT_ROOT says, and no plugin library: doctor names them and exits as usual', async () => {
    const env = { TENSORRT_ROOT: path('no-tensorrt'), FAIRMOT_PLUGIN_LIBRARY: path('no-plugin.so') };
    const { code, stdout } = await runFairmot(['doctor'], { env: { ...cache, ...env } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/DCNv2 plugin/);
    expect(stdout).toMatch(/no plugin library/);
  });
});
