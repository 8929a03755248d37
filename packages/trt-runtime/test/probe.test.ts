import { describe, expect, test } from 'vitest';
import type { NativeCudaProbe, NativeTensorrtProbe } from '../src/native-addon.js';
import { probe, problemsFrom } from '../src/probe.js';

const gpu = { index: 0, name: 'NVIDIA H100', computeCapability: '9.0', memoryBytes: 8e10, multiprocessors: 132 };
const cuda: NativeCudaProbe = { runtimeVersion: '13.0', driverVersion: '13.0', devices: [gpu], error: null };
const tensorrt: NativeTensorrtProbe = {
  built: true,
  expected: '8.6.0',
  found: '8.6.1',
  path: '/opt/libnvinfer.so.8',
  parserPath: '/opt/libnvonnxparser.so.8',
  error: '',
};
const report = { cuda, tensorrt, cudaArchitectures: '90', plugins: null, pluginError: null };
const partsOf = (more: Partial<typeof report> & { pluginError?: { message: string } }) =>
  problemsFrom({ ...report, ...more }).map(({ part }) => part);

describe('problemsFrom', () => {
  test('has nothing to say of a complete machine', () => {
    expect(partsOf({})).toEqual([]);
  });

  test('tells what is missing apart', () => {
    const noDevices = { ...cuda, devices: [] };
    expect(partsOf({ cuda: { ...noDevices, driverVersion: null, error: 'cudaErrorInsufficientDriver' } })).toEqual([
      'driver',
    ]);
    expect(
      partsOf({ cuda: { ...noDevices, driverVersion: '12.2', error: 'received cudaErrorInsufficientDriver' } }),
    ).toEqual(['driver']);
    expect(partsOf({ cuda: { ...noDevices, error: 'received cudaErrorNoDevice' } })).toEqual(['gpu']);
    expect(partsOf({ cuda: noDevices })).toEqual(['gpu']);
    expect(
      partsOf({ tensorrt: { ...tensorrt, built: false, expected: '', found: '', error: 'built without' } }),
    ).toEqual(['tensorrt']);
    expect(partsOf({ tensorrt: { ...tensorrt, found: '', error: 'cannot open libnvinfer.so.8' } })).toEqual([
      'tensorrt',
    ]);
    expect(partsOf({ tensorrt: { ...tensorrt, error: 'cannot open libnvonnxparser.so.8' } })).toEqual(['onnx-parser']);
    expect(partsOf({ pluginError: { message: 'cannot open' } } as never)).toEqual(['plugin']);
  });

  test('says of an old driver which CUDA it is for', () => {
    const old = { ...cuda, driverVersion: '12.2', devices: [], error: 'received cudaErrorInsufficientDriver' };
    expect(problemsFrom({ ...report, cuda: old })[0]?.message).toBe(
      'Expected a driver for CUDA 13.0 but received one for 12.2',
    );
  });

  test('every problem comes with a hint', () => {
    const broken = { ...report, cuda: { ...cuda, driverVersion: null }, tensorrt: { ...tensorrt, built: false } };
    for (const { hint } of problemsFrom(broken)) expect(hint.length).toBeGreaterThan(10);
  });
});

describe('probe', () => {
  test('reports a missing addon instead of throwing', async () => {
    const before = process.env.TRT_FAIRMOT_ADDON;
    process.env.TRT_FAIRMOT_ADDON = '/nowhere/trt_fairmot.node';
    try {
      const result = await probe();
      expect(result).toMatchObject({ ready: false, addon: null, gpus: [], tensorrtFound: null });
      expect(result.problems).toMatchObject([
        { part: 'addon', message: expect.stringContaining('/nowhere/trt_fairmot.node') },
      ]);
    } finally {
      if (before === undefined) delete process.env.TRT_FAIRMOT_ADDON;
      else process.env.TRT_FAIRMOT_ADDON = before;
    }
  });
});
