import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { modelFromBytes } from '../../src/codec/model-bytes.js';
import { onnxFromCheckpoint } from '../../src/export/onnx-from-checkpoint.js';
import { fingerprintFromStateDict } from '../../src/models/fingerprint.js';

const demo = join(import.meta.dirname, '..', '..', '..', '..', 'tools', 'demo', 'fairmot-dla34-half.pth');
const tensor = (...values: number[]) => ({ shape: [values.length], read: async () => Float32Array.from(values) });
const state = (bias: number) =>
  new Map([
    ['hm.2.weight', tensor(1, 2)],
    ['hm.2.bias', tensor(bias)],
    ['wh.2.bias', tensor(bias)],
  ]);

test('changes with the weights it looks at, not with their place in the file', async () => {
  const first = await fingerprintFromStateDict(state(0.5));
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await fingerprintFromStateDict(new Map([...state(0.5)].reverse()))).toBe(first);
  expect(await fingerprintFromStateDict(state(0.25))).not.toBe(first);
});

test('a network carries the fingerprint of its checkpoint', async () => {
  const checkpoint = await openCheckpoint(demo);
  const expected = await fingerprintFromStateDict(checkpoint.stateDict);
  await checkpoint.close();
  const { bytes } = await onnxFromCheckpoint(demo, { height: 96, width: 96 });
  const { metadataProps } = modelFromBytes(bytes);
  expect(metadataProps.find(({ key }) => key === 'fairmot.weights')?.value).toBe(expected);
});
