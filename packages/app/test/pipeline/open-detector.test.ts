import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import type { ProbeResult } from '@trt-fairmot/trt-runtime';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChosenModel } from '../../src/pipeline/chosen-model.js';
import { machineOnce } from '../../src/pipeline/machine.js';
import { type DetectorRequest, openDetector } from '../../src/pipeline/open-detector.js';
import { checkpoint } from '../run-fairmot.js';

const folder = temporaryFolder();

const h100: ProbeResult = {
  ready: true,
  problems: [],
  addon: 'trt_fairmot.node',
  cudaArchitectures: '90',
  driverVersion: '13.0',
  cudaVersion: '13.0',
  gpus: [{ index: 0, name: 'NVIDIA H100', computeCapability: '9.0', memoryBytes: 80 * 2 ** 30, multiprocessors: 132 }],
  tensorrtExpected: '8.6.0',
  tensorrtFound: '8.6.0',
  tensorrtPath: '/lib/libnvinfer.so.8',
  plugins: ['FairmotDCNv2@1'],
};
const lacking = (part: 'driver' | 'tensorrt' | 'plugin'): ProbeResult => ({
  ...h100,
  ready: false,
  problems: [{ part, message: `Expected a ${part} but received none`, hint: 'install it' }],
});

/** A machine that counts how often it is looked at. */
function machineOf(found: ProbeResult) {
  const look = vi.fn(async () => found);
  return { look, machine: machineOnce(look) };
}

const model: ChosenModel = {
  path: checkpoint,
  kind: 'checkpoint',
  height: 320,
  width: 576,
  sizeNamed: true,
  notes: [],
};
const request: DetectorRequest = {
  model,
  device: 'auto',
  confidence: 0.4,
  topK: 100,
  threads: 1,
  precision: 'fp16',
};

beforeEach(() => {
  const library = join(folder, 'libtrt_fairmot_plugins.so');
  writeFileSync(library, 'a library in name only');
  vi.stubEnv('FAIRMOT_PLUGIN_LIBRARY', library);
  vi.stubEnv('FAIRMOT_CACHE_DIR', join(folder, 'cache'));
});
afterEach(() => vi.unstubAllEnvs());

describe('openDetector', () => {
  test('auto without TensorRT runs on the CPU', async () => {
    const { look, machine } = machineOf(lacking('tensorrt'));
    const detector = await openDetector(request, machine);
    expect(detector.runsOn).toBe('CPU');
    expect(look).toHaveBeenCalledTimes(1);
    await detector.close();
  });

  test('auto without a plugin library does not look at the machine', async () => {
    vi.stubEnv('FAIRMOT_PLUGIN_LIBRARY', join(folder, 'nowhere.so'));
    const { look, machine } = machineOf(h100);
    const detector = await openDetector(request, machine);
    expect(detector.runsOn).toBe('CPU');
    expect(look).not.toHaveBeenCalled();
    await detector.close();
  });

  test.each(['driver', 'tensorrt', 'plugin'] as const)('tensorrt without a %s names it', async (part) => {
    const { look, machine } = machineOf(lacking(part));
    await expect(openDetector({ ...request, device: 'tensorrt' }, machine)).rejects.toMatchObject({
      kind: 'environment',
      message: `Expected a ${part} but received none`,
      hint: 'install it',
    });
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('one look serves the choice, the cached engine and the build', async () => {
    const { look, machine } = machineOf({ ...h100, plugins: [] });
    // Everything fits until the build misses the plugin's creator.
    await expect(openDetector(request, machine)).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/FairmotDCNv2@1/),
    });
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('a GPU that is not there', async () => {
    const { machine } = machineOf(h100);
    await expect(openDetector({ ...request, device: 'tensorrt:3' }, machine)).rejects.toMatchObject({
      kind: 'usage',
      message: 'Expected a GPU of number 3 but received the numbers 0',
    });
  });
});
