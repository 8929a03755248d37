import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convolutionLanes } from '@trt-fairmot/cpu-runtime';
import { modelFromBytes, onnxForCpu, onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChosenModel } from '../../src/pipeline/chosen-model.js';

import { networkFile } from '../../src/pipeline/network-file.js';
import { checkpoint } from '../run-fairmot.js';

const folder = mkdtempSync(join(tmpdir(), 'fairmot-network-file-'));
const file = (name: string) => join(folder, name);
const onnx = (path: string): ChosenModel => ({
  path,
  kind: 'onnx',
  height: 320,
  width: 576,
  sizeNamed: false,
  notes: [],
});
const cached = () => readdirSync(file('cache'));

beforeAll(async () => {
  for (const [name, width] of [
    ['small.onnx', 64],
    ['wide.onnx', 1024],
  ] as const) {
    writeFileSync(file(name), (await onnxFromCheckpoint(checkpoint, { height: 64, width })).bytes);
  }
  writeFileSync(file('small.onnx'), onnxForCpu(readFileSync(file('small.onnx')), undefined, { lanes: 16 }));
});
beforeEach(() => vi.stubEnv('FAIRMOT_CACHE_DIR', file('cache')));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(file('cache'), { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('networkFile', () => {
  test('an ONNX file gets its CPU form in the cache, once', async () => {
    const { path } = await networkFile(onnx(file('wide.onnx')), 100);
    expect(cached()).toHaveLength(1);
    expect(path).toBe(join(file('cache'), cached()[0] as string));
    const expected = onnxForCpu(readFileSync(file('wide.onnx')), undefined, { lanes: convolutionLanes() });
    expect(readFileSync(path).equals(expected)).toBe(true);
    writeFileSync(path, 'kept');
    expect((await networkFile(onnx(file('wide.onnx')), 100)).path).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });

  test('a file without another form, or that is no ONNX model, is taken as it is', async () => {
    writeFileSync(file('no.onnx'), 'no model');
    for (const name of ['small.onnx', 'no.onnx']) {
      expect((await networkFile(onnx(file(name)), 100)).path).toBe(file(name));
    }
    expect(() => cached()).toThrow();
  });

  test('a checkpoint is exported in its CPU form', async () => {
    const { path } = await networkFile({ ...onnx(checkpoint), kind: 'checkpoint', sizeNamed: true }, 100);
    const nodes = modelFromBytes(readFileSync(path)).graph?.node ?? [];
    expect(nodes.filter(({ opType }) => opType === 'DeformConv').length).toBeGreaterThan(50);
  });
});
