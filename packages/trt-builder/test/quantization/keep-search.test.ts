import { join } from 'node:path';
import { modelFromBytes } from '@trt-fairmot/onnx-export';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import type { OpenNetwork } from '../../src/quantization/calibrate.js';
import { headErrors } from '../../src/quantization/head-error.js';
import { type KeepMeasurements, type KeepSearchOptions, keptLayers } from '../../src/quantization/keep-search.js';
import { keepSearchKey, readKeepSearch, writeKeepSearch } from '../../src/quantization/keep-search-file.js';
import { quantizedLayers } from '../../src/quantization/quantized-layers.js';
import { graph, randomFloats, run } from '../support/models.js';
import { quantizableModel } from '../support/quantizable-model.js';

const model = quantizableModel();
const layers = quantizedLayers(graph(model));
// a range far too small for the input of conv2 alone
const rangeOf = (values: readonly string[]) => (values.includes('relu1') ? 0.02 : 3);

function options(given: Partial<KeepSearchOptions> = {}): KeepSearchOptions & { opened: number } {
  const made = {
    opened: 0,
    open: (async (onnx) => {
      made.opened += 1;
      const network = modelFromBytes(onnx);
      return {
        run: async (feeds) => {
          const outputs = await run(network, feeds);
          return Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, { data }]));
        },
        close: async () => undefined,
      };
    }) as OpenNetwork,
    ...{ tensors: [randomFloats(192, 5), randomFloats(192, 6)], layers, rangeOf, target: 0.08, seconds: 1e6 },
    ...given,
  };
  return made;
}

describe('keptLayers', () => {
  test('keeps the one layer that does the damage', async () => {
    const found = await keptLayers(model, options());
    expect(found.layers).toEqual(['conv2']);
    expect(found.complete).toBe(true);
    expect(found.errorOfAll).toBeGreaterThan(0.08);
    expect(found.error).toBeLessThanOrEqual(0.08);
  });

  test('keeps nothing where the target is met, everything where nothing less meets it', async () => {
    const generous = options({ target: 10 });
    expect((await keptLayers(model, generous)).layers).toEqual([]);
    expect(generous.opened).toBe(2);
    const strict = await keptLayers(model, options({ target: 1e-9 }));
    expect(strict).toMatchObject({ error: 0, complete: true });
    expect(strict.layers.toSorted()).toEqual(layers.toSorted());
  });

  test('measures nothing twice: a search goes on from its measurements', async () => {
    let kept: KeepMeasurements | null = null;
    const stop = new AbortController();
    const first = options({
      signal: stop.signal,
      onCheckpoint: async (measurements) => {
        kept = measurements;
        if (Object.keys(measurements.alone).length === 3) stop.abort();
      },
    });
    await expect(keptLayers(model, first)).rejects.toThrow();
    const [whole, second] = [options(), options({ known: kept })];
    expect(await keptLayers(model, second)).toEqual(await keptLayers(model, whole));
    expect(second.opened).toBe(whole.opened - 4);
  });

  test('ends with its time, and says so', async () => {
    let time = 0;
    const limited = options({ seconds: 3, now: () => (time += 1000) });
    const found = await keptLayers(model, limited);
    expect(found.complete).toBe(false);
    expect(limited.opened).toBeLessThan(8);
    expect(found.layers.length).toBeGreaterThan(0);
  });
});

test('measurements are kept for the very same search only', async () => {
  const path = join(temporaryFolder(), 'search.json');
  const calibration = { network: 'n', images: ['i'], activations: {} };
  const key = keepSearchKey(calibration, { method: 'mse' }, layers, [0]);
  const measurements = { alone: { conv1: 0.25 }, kept: { 0: 0.5 } };
  await writeKeepSearch(path, key, measurements);
  expect(await readKeepSearch(path, key)).toMatchObject(measurements);
  expect(await readKeepSearch(path, keepSearchKey(calibration, { method: 'entropy' }, layers, [0]))).toBeNull();
  expect(await readKeepSearch(`${path}.absent`, key)).toBeNull();
});

test('headErrors: relative to the size of the outputs, the heat map after its sigmoid', () => {
  const of = (hm: number, wh: number[]) => ({ hm: Float32Array.of(hm), wh: Float32Array.from(wh) });
  expect(headErrors([of(0, [3, 4])], [of(0, [3, 4])])).toEqual({ hm: 0, wh: 0 });
  const errors = headErrors([of(0, [3, 4])], [of(100, [3, 3])]);
  expect(errors.wh).toBeCloseTo(1 / 5, 6);
  expect(errors.hm).toBeCloseTo(1, 6);
});
