// The addon itself, where it has been built: what it says on a machine without a GPU, or without TensorRT.
import { existsSync } from 'node:fs';
import { FairmotError, letterboxFromSize } from '@trt-fairmot/fairmot-postprocess';
import { describeWhere, testWhere } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import {
  DeviceBuffer,
  Engine,
  FairmotDetector,
  loadPlugins,
  nativeErrorCode,
  PinnedBuffer,
  probe,
  Stream,
} from '../src/index.js';
import { geometryFromLetterbox } from '../src/letterbox-plan.js';
import { addonCandidates, loadAddon } from '../src/load-addon.js';

const built = addonCandidates().some(({ path }) => existsSync(path));
const machine = built ? await probe() : null;
const noAddon = built ? null : 'the native addon is not built (npm run native)';
const hasGpu = machine !== null && machine.gpus.length > 0;

describeWhere(noAddon, 'the native addon', () => {
  test('loads, and knows its CUDA version and GPUs', () => {
    expect(machine?.addon).toMatch(/\.node$/);
    expect(machine?.cudaVersion).toMatch(/^\d+\.\d+$/);
    expect(machine?.cudaArchitectures).toMatch(/\d\d/);
  });

  test('is loaded once', async () => {
    expect(await loadAddon()).toBe(await loadAddon());
  });

  testWhere(hasGpu ? 'this machine has a GPU' : null, 'without a GPU, each class says what is missing', async () => {
    for (const create of [() => DeviceBuffer.create(8), () => PinnedBuffer.create(8), () => Stream.create()]) {
      const error = await create().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(FairmotError);
      expect(error).toMatchObject({ kind: 'environment', hint: expect.any(String) });
      expect(nativeErrorCode(error)).toBe('CUDA_NO_DEVICE');
    }
  });

  testWhere(
    machine?.tensorrtFound ? 'this machine has TensorRT' : null,
    'without TensorRT, engines say so',
    async () => {
      const error = await Engine.load(new Uint8Array(100)).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        name: 'FairmotError',
        kind: 'environment',
        message: expect.stringMatching(/TensorRT/),
      });
      expect(nativeErrorCode(error)).toBe('TENSORRT_ABSENT');
    },
  );

  test('takes letterbox plans, and refuses those that read outside the frame', async () => {
    const addon = await loadAddon();
    const letterbox = letterboxFromSize({ width: 640, height: 360 }, { width: 256, height: 128 });
    const geometry = geometryFromLetterbox(letterbox, 'rgb');
    expect(addon.geometryCreate(geometry)).toBeTypeOf('object');
    expect(() => addon.geometryCreate({ ...geometry, width: 100 })).toThrow(/axis plan within the frame for columns/);
    expect(() => addon.geometryCreate({ ...geometry, format: 'grey' })).toThrow(/pixel format .* received grey/);
    expect(() => addon.pipelineRun(addon.geometryCreate(geometry), 0, [])).toThrow(
      /a FairmotDetector but received a FrameGeometry/,
    );
  });

  test('refuses values that are no handles', async () => {
    const addon = await loadAddon();
    expect(() => addon.engineInfo({} as never)).toThrow(/Expected an Engine but received another value/);
    expect(() => addon.streamSynchronize(undefined as never)).toThrow(FairmotError);
    expect(() => addon.deviceBufferCreate('0' as never, 8)).toThrow(/device to be a number/);
  });
});

test('wrong arguments are refused before anything native', async () => {
  await expect(DeviceBuffer.create(0)).rejects.toThrow(/size to be a whole number of 1 or more but received 0/);
  await expect(Stream.create({ device: -1 })).rejects.toThrow(/device .* but received -1/);
  await expect(Engine.load(new Uint8Array(0))).rejects.toThrow(/bytes of an engine but received none/);
  await expect(Engine.load('/nowhere.engine')).rejects.toThrow(/engine file at \/nowhere\.engine/);
  await expect(loadPlugins(['/nowhere.so'])).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('/nowhere.so'),
  });
  const engine = new Uint8Array(4);
  await expect(FairmotDetector.create({ engine, slots: 17 })).rejects.toThrow(/slots .* 1 to 16 but received 17/);
  await expect(FairmotDetector.create({ engine, topK: 1001 })).rejects.toThrow(/topK .* 1 to 1000 but received 1001/);
  await expect(FairmotDetector.create({ engine, confidence: 2 })).rejects.toThrow(
    /confidence from 0 to 1 but received 2/,
  );
  await expect(FairmotDetector.create({ engine, inputFormat: 'yuv' as never })).rejects.toThrow(
    /pixel format .* but received yuv/,
  );
});
