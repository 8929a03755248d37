import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, shared, temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { pickled } from './pickler.js';
import { bytesOf, checkpointOf, legacyFile, tensorCall, type WrittenTensor, written, zipFile } from './torch-file.js';

const fixtures = join(import.meta.dirname, '..', 'fixtures');

/** What torch itself says about each fixture: tools/fixtures/make-checkpoints.py. */
type Expected = {
  format: string;
  epoch: number | null;
  tensors: Record<string, { dtype: string; shape: number[]; values: (number | string)[] }>;
};
const expected: Record<string, Expected> = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8'));

async function withCheckpoint<T>(path: string, use: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(path);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

function valuesOf(path: string, name: string): Promise<number[]> {
  return withCheckpoint(path, async ({ stateDict }) => [...(await stateDict.get(name)!.read())]);
}

describe('files written by torch', () => {
  test.each(Object.entries(expected))('%s holds what torch put in', async (name, { format, epoch, tensors }) => {
    await withCheckpoint(join(fixtures, name), async (checkpoint) => {
      expect(checkpoint.format).toBe(format);
      expect(checkpoint.epoch).toBe(epoch);
      expect([...checkpoint.stateDict.keys()]).toEqual(Object.keys(tensors));
      for (const [key, { dtype, shape, values }] of Object.entries(tensors)) {
        const tensor = checkpoint.stateDict.get(key)!;
        expect({ key, dtype: tensor.dtype, shape: tensor.shape }).toEqual({ key, dtype, shape });
        expect(await tensor.read(), key).toEqual(Float32Array.from(values, (value) => pythonNumber(value)));
      }
    });
  });
});

function pythonNumber(value: number | string): number {
  return typeof value === 'number' ? value : { inf: Infinity, '-inf': -Infinity, nan: NaN }[value]!;
}

describe('files laid out by hand', () => {
  const folder = temporaryFolder();
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  const tensor: WrittenTensor = { key: '0', count: 6, offset: 1, shape: [2, 2], strides: [2, 1] };

  test('deflated entries are inflated', async () => {
    const many = Float32Array.from({ length: 6000 }, (_, i) => i % 4);
    const window: WrittenTensor = { key: '0', count: 6000, offset: 2, shape: [4], strides: [3] };
    const pickle = pickled(checkpointOf({ all: { key: '0', count: 6000, shape: [6000], strides: [1] }, window }));
    const bytes = zipFile(pickle, { 0: bytesOf(many) }, { level: 6 });
    expect(bytes.length).toBeLessThan(2000);
    const path = written(folder, 'deflated.pth', bytes);
    expect(await valuesOf(path, 'all')).toEqual([...many]);
    expect(await valuesOf(path, 'window')).toEqual([2, 1, 0, 3]);
  });

  test('big-endian storages are turned around', async () => {
    const swapped = Buffer.from(bytesOf(values.slice())).swap32();
    const zip = zipFile(pickled(checkpointOf({ w: tensor })), { 0: swapped }, { byteorder: 'big' });
    expect(await valuesOf(written(folder, 'big.pth', zip), 'w')).toEqual([2, 3, 4, 5]);
    const legacy = legacyFile(checkpointOf({ w: tensor }), [['0', 6, swapped]], false);
    expect(await valuesOf(written(folder, 'big-legacy.pth', legacy), 'w')).toEqual([2, 3, 4, 5]);
  });

  test('a legacy view of a storage begins at its own offset', async () => {
    const view: WrittenTensor = { key: '0', count: 6, offset: 1, shape: [2], strides: [2], view: [2, 4] };
    const legacy = legacyFile(checkpointOf({ v: view, w: tensor }), [['0', 6, bytesOf(values)]]);
    const path = written(folder, 'view.pth', legacy);
    expect(await valuesOf(path, 'v')).toEqual([4, 6]);
    expect(await valuesOf(path, 'w')).toEqual([2, 3, 4, 5]);
  });

  test("Python 2's OrderedDict of pairs is a state dict", async () => {
    const call = { call: [{ global: ['collections', 'OrderedDict'] }, [[['module.w', tensorCall(tensor)]]]] } as const;
    const path = written(folder, 'python-2.pth', zipFile(pickled(call), { 0: bytesOf(values) }));
    expect(await valuesOf(path, 'w')).toEqual([2, 3, 4, 5]);
  });

  test('tensors on an untyped storage bring their type', async () => {
    const storage = {
      persistent: { tuple: ['storage', { global: ['torch.storage', 'UntypedStorage'] }, '0', 'cpu', 24] },
    } as const;
    const rebuilt = {
      call: [
        { global: ['torch._utils', '_rebuild_tensor_v3'] },
        [storage, 4, { tuple: [2] }, { tuple: [1] }, false, { dict: [] }, { global: ['torch', 'float32'] }],
      ],
    } as const;
    const path = written(folder, 'untyped.pth', zipFile(pickled({ dict: [['w', rebuilt]] }), { 0: bytesOf(values) }));
    expect(await valuesOf(path, 'w')).toEqual([5, 6]);
  });

  test('only one leading module. is removed, and module_list stays', async () => {
    const pickle = pickled(
      checkpointOf({ 'module.module.a': tensor, 'module_list.0.b': tensor, 'c.module.d': tensor }),
    );
    const path = written(folder, 'prefix.pth', zipFile(pickle, { 0: bytesOf(values) }));
    await withCheckpoint(path, async ({ stateDict }) => {
      expect([...stateDict.keys()]).toEqual(['module.a', 'module_list.0.b', 'c.module.d']);
    });
  });

  test('tensors read at the same time do not disturb each other; close twice is fine, reading afterwards is an error', async () => {
    const path = written(folder, 'together.pth', zipFile(pickled(checkpointOf({ w: tensor })), { 0: bytesOf(values) }));
    const checkpoint = await openCheckpoint(path);
    const w = checkpoint.stateDict.get('w')!;
    const all = await Promise.all(Array.from({ length: 20 }, () => w.read()));
    for (const one of all) expect([...one]).toEqual([2, 3, 4, 5]);
    await checkpoint.close();
    await checkpoint.close();
    await expect(w.read()).rejects.toMatchObject({ name: 'FairmotError', kind: 'usage' });
  });
});

describeShared('the demo checkpoints', () => {
  // printed by: python tools/fixtures/make-checkpoints.py --sums FILE
  const sums = {
    half: {
      epoch: 4997,
      elements: 5139494,
      sum: 284828.7043316364,
      squares: 1323586244.047248,
      'hm.0.weight': 56.250518679618835,
    },
    full: {
      epoch: 3726,
      elements: 19856350,
      sum: 559047.9463604093,
      squares: 784948585.5010138,
      'hm.0.weight': -279.56051909923553,
    },
  };

  test.each(['half', 'full'] as const)('%s sums to what torch sums to', async (model) => {
    await withCheckpoint(shared('models', `fairmot-dla34-${model}.pth`), async (checkpoint) => {
      const total = { elements: 0, sum: 0, squares: 0 };
      let head = 0;
      for (const [name, tensor] of checkpoint.stateDict) {
        for (const value of await tensor.read()) {
          total.elements++;
          total.sum += value;
          total.squares += value * value;
          if (name === 'hm.0.weight') head += value;
        }
      }
      const wanted = sums[model];
      expect([checkpoint.epoch, checkpoint.stateDict.size, total.elements]).toEqual([
        wanted.epoch,
        402,
        wanted.elements,
      ]);
      // torch adds pairwise, this loop in order: 2e7 roundings of 1e-16 apart
      expect(Math.abs(total.sum / wanted.sum - 1)).toBeLessThan(1e-10);
      expect(Math.abs(total.squares / wanted.squares - 1)).toBeLessThan(1e-10);
      expect(head).toBeCloseTo(wanted['hm.0.weight'], 9);
    });
  });
});
