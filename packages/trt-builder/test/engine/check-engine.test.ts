import { bytesFromModel } from '@trt-fairmot/onnx-export';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BuiltEngine, checkEngine, engineFromOnnx, rebuildCommand } from '../../src/index.js';
import { deformableModel, plainCase } from '../support/deformable-models.js';
import { fakeBackend, h100 } from '../support/fake-backend.js';

const path = 'out/fairmot.engine';
let built: BuiltEngine;

beforeAll(async () => {
  const { backend } = fakeBackend();
  const onnx = bytesFromModel(deformableModel(plainCase));
  built = await engineFromOnnx(onnx, { precision: 'fp16', maxBatch: 2 }, { backend, name: 'my model.onnx' });
});

describe('checkEngine', () => {
  test('the machine it was built on', () => {
    expect(checkEngine(built.manifest, h100, { path, engine: built.engine })).toEqual([]);
  });

  test.each([
    [{ tensorrt: '10.16.0' }, 'one of TensorRT 8.6.0 where 10.16.0 is installed'],
    [
      { computeCapability: '8.6', gpu: 'NVIDIA RTX A4000' },
      'one for NVIDIA H100 80GB HBM3, compute capability 9.0, where the GPU is NVIDIA RTX A4000, compute capability 8.6',
    ],
  ])('%j is an error that says how to rebuild', (difference, received) => {
    expect(() => checkEngine(built.manifest, { ...h100, ...difference }, { path })).toThrow(
      expect.objectContaining({
        kind: 'input',
        message: `Expected out/fairmot.engine to fit this machine but received ${received}`,
        hint: 'build it again: fairmot build "my model.onnx" -o out/fairmot.engine --precision fp16 --max-batch 2 --overwrite',
      }),
    );
  });

  test('all differences are named at once', () => {
    const other = { ...h100, tensorrt: '11.1.0', computeCapability: '7.5', gpu: 'Tesla T4' };
    expect(() => checkEngine(built.manifest, other, { path })).toThrow(
      /TensorRT 8\.6\.0 where 11\.1\.0 .* and one for .* Tesla T4/,
    );
  });

  test('a plugin of another version is an error of the environment', () => {
    expect(() => checkEngine(built.manifest, { ...h100, plugins: ['FairmotDCNv2@2'] }, { path })).toThrow(
      expect.objectContaining({ kind: 'environment', message: expect.stringContaining('FairmotDCNv2@1') }),
    );
  });

  test('bytes that are not those described', () => {
    expect(() => checkEngine(built.manifest, h100, { path, engine: Uint8Array.of(9) })).toThrow(
      'Expected out/fairmot.engine to be the engine its description names (4 bytes) but received 1 other bytes',
    );
  });

  test('another GPU of the same compute capability is worth a warning', () => {
    const [warning] = checkEngine(built.manifest, { ...h100, gpu: 'NVIDIA H200' }, { path });
    expect(warning).toMatch(
      /^out\/fairmot\.engine was tuned on NVIDIA H100 80GB HBM3 and may be slower on NVIDIA H200; build it again: /,
    );
  });
});

test('rebuildCommand takes other arguments where the builder was given some', async () => {
  const { backend } = fakeBackend();
  const onnx = bytesFromModel(deformableModel(plainCase));
  const hooks = { backend, name: 'fairmot.pth', rebuildArguments: ['--height', '320'] };
  const { manifest } = await engineFromOnnx(onnx, {}, hooks);
  expect(rebuildCommand(manifest, 'a.engine')).toBe('fairmot build fairmot.pth -o a.engine --height 320 --overwrite');
});
