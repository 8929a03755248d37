// Files as torch.save lays them out, written by the tests themselves.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { type Python, pickled } from './pickler.js';

/** A tensor for a written file: a window on a storage of that type. */
export interface WrittenTensor {
  readonly type?: string;
  readonly key: string;
  /** Elements of the storage. */
  readonly count: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Legacy only: [start, elements] of a view of the storage. */
  readonly view?: readonly [number, number];
}

/** `torch._utils._rebuild_tensor_v2(...)` on a storage. */
export function tensorCall(tensor: WrittenTensor): Python {
  const id: Python[] = [
    'storage',
    { global: ['torch', tensor.type ?? 'FloatStorage'] },
    tensor.key,
    'cpu',
    tensor.count,
  ];
  if (tensor.view) id.push({ tuple: ['view', ...tensor.view] });
  const hooks: Python = { call: [{ global: ['collections', 'OrderedDict'] }, []] };
  return {
    call: [
      { global: ['torch._utils', '_rebuild_tensor_v2'] },
      [
        { persistent: { tuple: id } },
        tensor.offset ?? 0,
        { tuple: tensor.shape },
        { tuple: tensor.strides },
        false,
        hooks,
      ],
    ],
  };
}

/** `{'epoch': 1, 'state_dict': {...}}` */
export function checkpointOf(tensors: Readonly<Record<string, WrittenTensor>>): Python {
  const entries = Object.entries(tensors).map(([name, tensor]) => [name, tensorCall(tensor)] as const);
  return {
    dict: [
      ['epoch', 1],
      ['state_dict', { dict: entries }],
    ],
  };
}

export interface ZipOptions {
  /** Deflate level; 0 stores. */
  readonly level?: 0 | 6;
  readonly byteorder?: string;
  readonly more?: Zippable;
}

/** A zip checkpoint: archive/data.pkl, archive/data/KEY, archive/version. */
export function zipFile(pickle: Uint8Array, storages: Readonly<Record<string, Uint8Array>>, options: ZipOptions = {}) {
  const entries: Zippable = { 'archive/data.pkl': pickle };
  if (options.byteorder !== undefined) entries['archive/byteorder'] = strToU8(options.byteorder);
  for (const [key, bytes] of Object.entries(storages)) entries[`archive/data/${key}`] = bytes;
  entries['archive/version'] = strToU8('3\n');
  return zipSync({ ...entries, ...options.more }, { level: options.level ?? 0 });
}

/** A legacy checkpoint: five pickles, then count and elements of each storage. */
export function legacyFile(
  value: Python,
  storages: readonly (readonly [key: string, count: number, bytes: Uint8Array])[],
  littleEndian = true,
): Uint8Array {
  const front = [
    0x1950a86a20f9469cfc6cn,
    1001,
    { dict: [['little_endian', littleEndian]] },
    value,
    storages.map(([key]) => key),
  ];
  const parts: Uint8Array[] = front.map((part) => pickled(part as Python));
  for (const [, count, bytes] of storages) {
    const header = new DataView(new ArrayBuffer(8));
    header.setBigInt64(0, BigInt(count), littleEndian);
    parts.push(new Uint8Array(header.buffer), bytes);
  }
  return Uint8Array.from(Buffer.concat(parts));
}

export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Writes bytes to a file of that name and returns its path. */
export function written(folder: string, name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
