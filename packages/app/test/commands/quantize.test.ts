import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOnnx } from '@trt-fairmot/onnx-export';
import { temporaryFolder } from '@trt-fairmot/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { calibrationImages, checkpoint, runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const env = { FAIRMOT_CACHE_DIR: path('cache') };
const list = path('list.txt');
const image = (i: number) => join(calibrationImages, `00${i}.jpg`);

describe('fairmot quantize', () => {
  beforeAll(async () => {
    writeFileSync(list, Array.from({ length: 8 }, (_, i) => image(i + 1)).join('\n'));
    await runFairmot(['export', checkpoint, '-o', path('m.onnx'), '--height', '64', '--width', '96', '--quiet']);
  });
  const quantize = (...args: string[]) => runFairmot(['quantize', path('m.onnx'), ...args], { env });

  test('calibrates, writes a network that runs, and calibrates once only', async () => {
    const cache = path('c.json');
    const first = await quantize('--calib', list, '--calib-cache', cache);
    expect(first.stderr).toMatch(
      /✓ .*m\.int8\.onnx: [\d.]+ MB .*\n {2}34 layers in int8 by \S+\n {2}calibrated on 8 images/,
    );
    expect(first.code).toBe(0);
    const { operators } = describeOnnx(readFileSync(path('m.int8.onnx')));
    expect(operators).toMatchObject({ DeformConv: 16, QuantizeLinear: expect.any(Number) });
    const compared = await runFairmot(['compare', path('m.onnx'), path('m.int8.onnx'), '--frames', '1', '--json']);
    const hm = JSON.parse(compared.stdout).stages.find(({ name }: { name: string }) => name === 'hm');
    expect(hm.relative).toBeGreaterThan(0);
    expect(hm.relative).toBeLessThan(0.2);
  });

  test('calibrates once only, and takes the calibration itself in place of the list', async () => {
    const cache = path('c.json');
    const second = await quantize('--calib', list, '--calib-cache', cache, '-o', path('again.onnx'));
    expect(second.stderr).toContain('calibrated before on 8 images');
    const third = await quantize(
      '--calib',
      cache,
      '-o',
      path('third.onnx'),
      '--keep-fp16',
      'hm.0',
      '--keep-fp16',
      'base.level5.*',
    );
    expect(third.stderr).toContain('28 layers in int8');
    expect(readFileSync(path('again.onnx')).equals(readFileSync(path('m.int8.onnx')))).toBe(true);
  });

  test.each([
    ['a list as cache', ['--calib', list, '--calib-cache', list], /received a list of images: line 1 is /, 1],
    ['an image as list', ['--calib', image(1)], /received a binary file at line 1/, 1],
    [
      'a pattern that matches nothing',
      ['--calib', list, '--keep-fp16', 'level9'],
      /received level9, which matches none/,
      2,
    ],
    [
      'a method there is not',
      ['--calib', list, '--calib-method', 'best'],
      /one of entropy, percentile, mse, min-max/,
      2,
    ],
  ])('%s: a sentence, and nothing written', async (_, args, message, expected) => {
    const { code, stderr } = await quantize(...args, '-o', path('none.onnx'));
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(expected);
    expect(existsSync(path('none.onnx'))).toBe(false);
  });

  test('a quantised network is not quantised again; --calib without int8 is wrong usage', async () => {
    await quantize('--calib', list, '-o', path('q.onnx'), '--quiet');
    const again = await runFairmot(['quantize', path('q.onnx'), '--calib', list, '-o', path('qq.onnx')], { env });
    expect(again.stderr).toMatch(/Expected a network without quantisation but received one with it/);
    const build = await runFairmot(['build', path('m.onnx'), '--precision', 'fp16', '--calib', list], { env });
    expect(build.stderr).toMatch(/Expected --precision int8 with --calib but received fp16/);
    expect([again.code, build.code]).toEqual([2, 2]);
  });
});
