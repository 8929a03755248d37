import { bytesFromModel } from '@trt-fairmot/onnx-export';
import { testWhere } from '@trt-fairmot/testing';
import { type ProbeResult, probe } from '@trt-fairmot/trt-runtime';
import { describe, expect, test } from 'vitest';
import { engineFromOnnx, machineFromProbe } from '../../src/index.js';
import { deformableModel, plainCase } from '../support/deformable-models.js';

const gpu = { index: 0, name: 'NVIDIA L4', computeCapability: '8.9', memoryBytes: 2 ** 34, multiprocessors: 58 };
const found: ProbeResult = {
  ready: true,
  problems: [],
  addon: '/build/trt_fairmot.node',
  cudaArchitectures: '75;80;86;89;90',
  driverVersion: '13.0',
  cudaVersion: '12.0',
  gpus: [gpu, { ...gpu, index: 1, name: 'Tesla T4', computeCapability: '7.5' }],
  tensorrtExpected: '8.6.0',
  tensorrtFound: '8.6.1',
  tensorrtPath: '/usr/lib/libnvinfer.so.8',
  plugins: ['FairmotDCNv2@1'],
};
const parserProblem = {
  part: 'onnx-parser' as const,
  message: 'Expected libnvonnxparser but found none',
  hint: 'install it',
};

describe('machineFromProbe', () => {
  test('takes the library found, not the one the addon was built with, and the GPU asked for', () => {
    expect(machineFromProbe(found, 1, 'build')).toEqual({
      tensorrt: '8.6.1',
      cuda: '12.0',
      gpu: 'Tesla T4',
      computeCapability: '7.5',
      plugins: ['FairmotDCNv2@1'],
    });
  });

  test('a missing ONNX parser matters for building alone', () => {
    const without = { ...found, problems: [parserProblem] };
    expect(machineFromProbe(without, 0, 'run').gpu).toBe('NVIDIA L4');
    expect(() => machineFromProbe(without, 0, 'build')).toThrow(
      expect.objectContaining({ kind: 'environment', message: parserProblem.message, hint: 'install it' }),
    );
  });

  test('a GPU that is not there is a usage error', () => {
    expect(() => machineFromProbe(found, 2, 'run')).toThrow(
      expect.objectContaining({ kind: 'usage', message: 'Expected a GPU of number 2 but received the numbers 0, 1' }),
    );
  });
});

const { ready } = await probe();

testWhere(
  ready ? 'this machine has a GPU and TensorRT' : null,
  'without TensorRT or a GPU, building is an error of the environment with a hint',
  async () => {
    const building = engineFromOnnx(bytesFromModel(deformableModel(plainCase)));
    await expect(building).rejects.toMatchObject({
      name: 'FairmotError',
      kind: 'environment',
      hint: expect.stringMatching(/./),
    });
  },
);
