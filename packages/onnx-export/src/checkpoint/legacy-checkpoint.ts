import { FairmotError } from '../error.js';
import { bytesPerElement } from './dtype.js';
import type { FileBytes } from './file-bytes.js';
import { PickleEnd } from './pickle-bytes.js';
import { type PickleValue, pickleTypeName } from './pickle-value.js';
import { quoted } from './printable.js';
import { type StorageSource, storageFromPersistentId } from './storage-source.js';
import { globalFromName } from './torch-globals.js';
import { type Unpickled, unpickle } from './unpickle.js';
import type { SavedObject } from './zip-checkpoint.js';

const magic = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
const largestFront = 2 ** 26;

/** Bytes per element and elements of a storage, as the pickle states them. */
interface Announced {
  readonly width: number;
  readonly whole: number;
}

/**
 * Reads a checkpoint of torch < 1.6, or of `_use_new_zipfile_serialization=False`: the pickles of a magic number, a version,
 * the writer's machine, the object and the storage keys; then per key an int64 count and the raw elements.
 * Source: _legacy_save in torch/serialization.py.
 */
export async function savedObjectFromLegacy(file: FileBytes): Promise<SavedObject> {
  const announced = new Map<string, Announced>();
  const front = await frontOfFile(file, announced);
  const storages = await locateStorages(file, front.keys, front.end, announced, front.bigEndian);
  const source: StorageSource = {
    file,
    bigEndian: front.bigEndian,
    size: (key) => storages.get(key)?.length ?? null,
    read: (key, offset, length, what) => file.read((storages.get(key)?.offset ?? file.size) + offset, length, what),
  };
  return { value: front.value, source };
}

interface Front {
  readonly value: PickleValue;
  readonly keys: readonly PickleValue[];
  readonly bigEndian: boolean;
  /** Where the storages begin. */
  readonly end: number;
}

/** The five pickles. Their length is not written anywhere, so the part read doubles until they fit. */
async function frontOfFile(file: FileBytes, announced: Map<string, Announced>): Promise<Front> {
  for (let length = 2 ** 20; ; length *= 2) {
    const bytes = await file.read(0, Math.min(length, file.size), 'the pickles');
    try {
      return frontFromBytes(file, bytes, announced);
    } catch (problem) {
      if (!(problem instanceof PickleEnd)) throw problem;
      if (length < file.size && length < largestFront) continue;
      throw new FairmotError(
        `Expected complete pickles in the first ${bytes.length} bytes but received their beginning only: ${file.path}`,
        {
          hint: 'the file is truncated: download or copy it again and compare its size with the source',
        },
      );
    }
  }
}

function frontFromBytes(file: FileBytes, bytes: Uint8Array, announced: Map<string, Announced>): Front {
  announced.clear();
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = pickleAt(file, bytes, at, announced);
    at = end;
    return value;
  };
  const fail = (expected: string) =>
    new FairmotError(`Expected ${expected} but received another value before byte ${at} of ${file.path}`, {
      hint: 'the file was not written by torch.save',
    });
  if (next() !== magic) throw fail("torch.save's magic number");
  if (next() !== protocolVersion) throw fail(`protocol version ${protocolVersion}`);
  const machine = next();
  const value = next();
  const keys = next();
  if (!Array.isArray(keys)) throw fail('the list of storage keys');
  return { value, keys, bigEndian: machine instanceof Map && machine.get('little_endian') === false, end: at };
}

function pickleAt(file: FileBytes, bytes: Uint8Array, at: number, announced: Map<string, Announced>): Unpickled {
  return unpickle(bytes, at, {
    global: (module, name) => globalFromName(module, name, file.path),
    persistent: (id) => {
      const storage = storageFromPersistentId(id);
      const width = storage.dtype === null ? 1 : bytesPerElement[storage.dtype];
      announced.set(storage.key, { width, whole: storage.whole });
      return storage;
    },
    place: (byte) => `byte ${byte} of ${file.path}`,
  });
}

/** Steps from storage to storage by their counts; the elements are not read. */
async function locateStorages(
  file: FileBytes,
  keys: readonly PickleValue[],
  start: number,
  announced: ReadonlyMap<string, Announced>,
  bigEndian: boolean,
): Promise<ReadonlyMap<string, { offset: number; length: number }>> {
  const storages = new Map<string, { offset: number; length: number }>();
  let at = start;
  for (const key of keys) {
    const known = typeof key === 'string' ? announced.get(key) : undefined;
    if (typeof key !== 'string' || !known)
      throw mismatch(
        file,
        at,
        'the key of a storage of the pickle',
        typeof key === 'string' ? quoted(key) : pickleTypeName(key),
      );
    const header = await file.read(at, 8, `the element count of storage ${quoted(key)}`);
    const count = Number(new DataView(header.buffer).getBigInt64(0, !bigEndian));
    if (count !== known.whole)
      throw mismatch(file, at, `${known.whole} elements of storage ${quoted(key)}`, String(count));
    const length = count * known.width;
    if (at + 8 + length > file.size) {
      throw mismatch(
        file,
        at,
        `${length} bytes of storage ${quoted(key)}`,
        `${file.size - at - 8} before the end of the file`,
      );
    }
    storages.set(key, { offset: at + 8, length });
    at += 8 + length;
  }
  return storages;
}

function mismatch(file: FileBytes, at: number, expected: string, received: string): FairmotError {
  return new FairmotError(`Expected ${expected} but received ${received.slice(0, 100)} at byte ${at} of ${file.path}`, {
    hint: 'the file is truncated or damaged: download or copy it again and compare its size with the source',
  });
}
