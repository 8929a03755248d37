import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import type { Calibration } from '../../src/quantization/calibration.js';
import { readCalibration, writeCalibration } from '../../src/quantization/calibration-file.js';
import { networkKey } from '../../src/quantization/network-key.js';
import { float, graph, modelOf, randomTensor } from '../support/models.js';
import { quantizableModel } from '../support/quantizable-model.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const calibration: Calibration = {
  network: 'a'.repeat(64),
  images: ['b'.repeat(64), 'c'.repeat(64)],
  activations: {
    'layer "1"': { images: 2, max: 2.5, zeros: 4, width: 2 ** -9, counts: [1, 0, 3, 8, 1] },
    partly: { images: 1, max: 0, zeros: 9, width: 0, counts: [] },
  },
};

describe('calibration files', () => {
  test('keep everything, name the ranges of what is complete, and hold one activation a line', async () => {
    await writeCalibration(path('c.json'), calibration);
    const text = await readFile(path('c.json'), 'utf8');
    expect(text.split('\n').filter((line) => line.includes('"counts"'))).toHaveLength(2);
    const { activations } = JSON.parse(text);
    expect(Object.keys(activations['layer "1"'].ranges)).toEqual(['entropy', 'percentile', 'mse', 'min-max']);
    expect(activations.partly.ranges).toBeUndefined();
    expect(await readCalibration(path('c.json'))).toMatchObject(calibration);
  });

  test('a file that is not there is no calibration yet', async () => {
    expect(await readCalibration(path('absent.json'))).toBeNull();
  });

  test.each([
    ['TRT-8600-EntropyCalibration2\nx: 3c010a14\n', "a calibration cache of TensorRT's at line 1"],
    ['# images\n\na/b.jpg\nc.png\n', 'a list of images: line 3 is a/b.jpg'],
    ['hello', 'another text at line 1'],
    ['{"format":"trt-fairmot-calibration","version":2}', 'at version'],
  ])('%j is named for what it is', async (text, received) => {
    await writeFile(path('other.txt'), text);
    await expect(readCalibration(path('other.txt'))).rejects.toThrow(received);
  });
});

describe('networkKey', () => {
  const { node, initializer, input, output } = graph(quantizableModel());
  const key = networkKey(quantizableModel());
  const withParts = (parts: object) => {
    const model = modelOf({ nodes: node, initializers: initializer, inputs: [], outputs: [] });
    return Object.assign(model, { graph: Object.assign(graph(model), { input, output }, parts) });
  };
  const sized = (shape: (number | string)[]) =>
    graph(modelOf({ nodes: [], inputs: [float('x', shape)], outputs: [] })).input;

  test('does not change with metadata, declarations and the batch', () => {
    expect(networkKey(Object.assign(withParts({ docString: 'other' }), { producerName: 'someone' }))).toBe(key);
    expect(networkKey(withParts({ input: sized([1, 3, 8, 8]) }))).toBe(key);
  });

  test('changes with size, weights and nodes', () => {
    const weight = randomTensor('stem.weight', [4, 3, 3, 3], 99);
    const keys = [
      networkKey(withParts({ input: sized([1, 3, 8, 16]) })),
      networkKey(
        withParts({ initializer: initializer.map((tensor) => (tensor.name === weight.name ? weight : tensor)) }),
      ),
      networkKey(withParts({ node: node.slice(0, -1) })),
    ];
    expect(new Set([key, ...keys]).size).toBe(4);
  });
});
