import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
