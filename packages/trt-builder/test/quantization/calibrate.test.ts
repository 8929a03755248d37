import { modelFromBytes } from '@trt-fairmot/onnx-export';
import { describe, expect, test } from 'vitest';
import { calibrate, type OpenNetwork } from '../../src/quantization/calibrate.js';
import type { Calibration } from '../../src/quantization/calibration.js';
import { rangesFrom } from '../../src/quantization/calibration.js';
import { Histogram } from '../../src/quantization/histogram.js';
import { float, graph, modelOf, randomFloats, run } from '../support/models.js';
import { plainRun } from '../support/plain-run.js';
import { quantizableModel } from '../support/quantizable-model.js';

const model = quantizableModel();
const values = ['x', 'features', 'relu1', 'tree'];
const tensor = (index: number) => randomFloats(192, index + 1);
const hashes = Array.from({ length: 5 }, (_, i) => String(i).repeat(64));

/** ONNX Runtime, and what was asked of it. */
function runtime() {
  const asked = { opened: 0, images: [] as number[] };
  const open: OpenNetwork = async (onnx) => {
    asked.opened += 1;
    const network = modelFromBytes(onnx);
    return {
      run: async (feeds) => {
        const outputs = await run(network, feeds);
        return Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, { data }]));
      },
      close: async () => undefined,
    };
  };
  const images = {
    hashes,
    tensor: async (index: number) => {
      asked.images.push(index);
      return tensor(index);
    },
  };
  return { open, images, asked };
}

describe('calibrate', () => {
  test('collects what a run by definition gives', async () => {
    const { open, images } = runtime();
    const { activations } = await calibrate(model, images, { open, values });
    for (const value of values) {
      const expected = new Histogram();
      for (const i of hashes.keys()) {
        const maps = plainRun(model, { shape: [3, 8, 8], data: tensor(i) }, (_, __, data) => data);
        expected.add(maps.get(value)?.data as Float32Array);
      }
      const record = activations[value];
      expect(record?.images).toBe(5);
      expect(record?.max).toBeCloseTo(expected.max, 5);
      expect(record?.zeros).toBe(expected.zeros);
      expect(record?.counts.reduce((sum, count) => sum + count, 0)).toBe(
        expected.counts.reduce((sum, n) => sum + n, 0),
      );
    }
  });

  test('many rounds for little memory give the same', async () => {
    const [few, many] = [runtime(), runtime()];
    const expected = await calibrate(model, few.images, { open: few.open, values });
    const received = await calibrate(model, many.images, { open: many.open, values, memory: 1 });
    expect(received).toEqual(expected);
    expect(few.asked.opened).toBe(1);
    expect(many.asked.opened).toBeGreaterThan(2);
  });

  test('goes on from where it was interrupted, and measures only what is missing', async () => {
    const whole = runtime();
    const expected = await calibrate(model, whole.images, { open: whole.open, values });
    const first = runtime();
    const stop = new AbortController();
    let kept: Calibration | null = null;
    const interrupted = calibrate(model, first.images, {
      ...{ open: first.open, values: values.slice(0, 3), signal: stop.signal },
      onCheckpoint: async (snapshot) => {
        kept = JSON.parse(JSON.stringify(snapshot()));
        if (first.asked.images.length === 2) stop.abort();
      },
    });
    await expect(interrupted).rejects.toThrow();
    const second = runtime();
    const progress: number[] = [];
    const received = await calibrate(model, second.images, {
      ...{ open: second.open, values, known: kept, onProgress: ({ step, steps }) => progress.push(step / steps) },
    });
    expect(received).toEqual(expected);
    expect(second.asked.images).toEqual([2, 3, 4, 0, 1, 2, 3, 4]);
    expect(progress.at(-1)).toBe(1);
    const third = runtime();
    await calibrate(model, third.images, { open: third.open, values, known: received });
    expect(third.asked).toEqual({ opened: 0, images: [] });
  });

  test('ranges of groups are those of all their values, and unknown before the end', async () => {
    const { open, images } = runtime();
    const calibration = await calibrate(model, images, { open, values });
    const rangeOf = rangesFrom(calibration, { method: 'min-max' });
    const max = (value: string) => calibration.activations[value]?.max as number;
    expect(rangeOf(['features', 'tree'])).toBe(Math.max(max('features'), max('tree')));
    expect(rangeOf(['conv1'])).toBeNull();
    expect(rangesFrom({ ...calibration, images: [...hashes, 'f'.repeat(64)] }, { method: 'mse' })(['tree'])).toBeNull();
  });

  test('a batch fixed at more than one is a usage error', async () => {
    const { node, initializer, output } = graph(model);
    const fixed = modelOf({ nodes: node, initializers: initializer, inputs: [float('x', [4, 3, 8, 8])], outputs: [] });
    graph(fixed).output = output;
    const { open, images } = runtime();
    await expect(calibrate(fixed, images, { open, values })).rejects.toThrow(
      'Expected an input [1 or open, 3, H, W] to calibrate but received x [4, 3, 8, 8]',
    );
  });
});
