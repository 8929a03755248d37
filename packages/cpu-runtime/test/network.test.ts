import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import {
  describeShared,
  goldenManifest,
  goldenTensor,
  maxAbsDifference,
  shared,
  temporaryFolder,
} from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { CpuNetwork } from '../src/network.js';

const folder = temporaryFolder();

test('a file that is not there, a text file and an empty file are input errors that name the file', async () => {
  const text = join(folder, 'text.onnx');
  writeFileSync(text, 'not a network');
  const empty = join(folder, 'empty.onnx');
  writeFileSync(empty, '');
  for (const path of [join(folder, 'absent.onnx'), text, empty]) {
    await expect(CpuNetwork.load(path)).rejects.toMatchObject({
      name: 'FairmotError',
      kind: 'input',
      message: expect.stringContaining(path),
    });
  }
});

const demo = join(import.meta.dirname, '..', '..', '..', 'tools', 'demo', 'fairmot-dla34-half.pth');

test('the caller’s thread is free while the network computes, and the input stays as it is', async () => {
  const { bytes } = await onnxFromCheckpoint(demo, { height: 128, width: 128 });
  const network = await CpuNetwork.load(bytes);
  const input = Float32Array.from({ length: 3 * 128 * 128 }, (_, i) => (i % 255) / 255);
  let turns = 0;
  let running = true;
  const count = () => {
    turns += 1;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  const outputs = await network.run(input, [1, 3, 128, 128]);
  running = false;
  expect(turns).toBeGreaterThan(20);
  expect(input).toHaveLength(3 * 128 * 128);
  expect(outputs.hm?.dims).toEqual([1, 1, 32, 32]);
  await network.close();
});

test('a process with an idle network ends by itself', () => {
  const model = join(folder, 'small.onnx');
  const script = `
    import { CpuNetwork } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '..', 'dist', 'index.js')).href)};
    const network = await CpuNetwork.load(process.argv[1]);
    await network.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
    console.log('ran');`;
  return onnxFromCheckpoint(demo, { height: 64, width: 64 }).then(({ bytes }) => {
    writeFileSync(model, bytes);
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, model], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ran\n' });
  });
});

describeShared('golden/network', () => {
  test.each([
    ['half', 1e-4, 1],
    ['full', 1e-3, 2],
  ] as const)('the %s network gives PyTorch’s heads within %d', async (name, tolerance, threads) => {
    const { bytes } = await onnxFromCheckpoint(shared('models', `fairmot-dla34-${name}.pth`), {
      height: 320,
      width: 576,
    });
    const network = await CpuNetwork.load(bytes, { threads });
    expect(network.input).toEqual({ name: 'input', batch: 1, height: 320, width: 576 });
    const outputs = await network.run(goldenTensor('input.f32'), [1, 3, 320, 576]);
    for (const [head, { file, shape }] of Object.entries(goldenManifest().models[name])) {
      expect(outputs[head]?.dims).toEqual(shape);
      expect(maxAbsDifference(outputs[head]?.data as Float32Array, goldenTensor(file)), head).toBeLessThanOrEqual(
        tolerance,
      );
    }
    await network.close();
    await expect(network.run(goldenTensor('input.f32'), [1, 3, 320, 576])).rejects.toThrow('Expected an open network');
  });
});
