import { dtypeFromStorageClass, type TensorDtype } from './dtype.js';
import type { FileBytes } from './file-bytes.js';
import { PickleMismatch } from './pickle-machine.js';
import { type PickleValue, pickleTypeName, type StorageReference } from './pickle-value.js';
import { count } from './torch-globals.js';

/** Where the bytes of storages lie in a file. */
export interface StorageSource {
  readonly file: FileBytes;
  /** Whether multi-byte elements are stored most significant byte first. */
  readonly bigEndian: boolean;
  /** Bytes that the file holds for a storage key, or null where it has none. */
  size(key: string): number | null;
  /** Part of a storage in a buffer of its own; `what` names it in errors. */
  read(key: string, offset: number, length: number, what: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The storage behind torch.save's persistent id ('storage', class, key, device, elements) and, in legacy files, a sixth
 * entry None or (view key, offset, elements) for a storage that is a window on another.
 * Source: persistent_id in torch/serialization.py.
 */
export function storageFromPersistentId(id: PickleValue): StorageReference & { readonly whole: number } {
  if (!Array.isArray(id) || id[0] !== 'storage') throw new PickleMismatch('the persistent id of a storage', nameOf(id));
  const [, type, key, , elements, view] = id;
  if (typeof key !== 'string') throw new PickleMismatch('a storage key', pickleTypeName(key));
  const whole = count(elements, 'the elements of a storage');
  const dtype = storageDtype(type);
  if (view === undefined || view === null) return { kind: 'storage', key, dtype, count: whole, start: 0, whole };
  if (!Array.isArray(view)) throw new PickleMismatch('a storage view', pickleTypeName(view));
  const start = count(view[1], 'the offset of a storage view');
  const length = count(view[2], 'the elements of a storage view');
  if (start + length > whole) {
    throw new PickleMismatch(`a storage view inside ${whole} elements`, `${length} elements at ${start}`);
  }
  return { kind: 'storage', key, dtype, count: length, start, whole };
}

function nameOf(id: PickleValue): string {
  return Array.isArray(id) && id[0] === 'module' ? 'a whole pickled module' : pickleTypeName(id);
}

/** null for an untyped storage, which counts bytes. */
function storageDtype(type: PickleValue | undefined): TensorDtype | null {
  const known = type !== null && typeof type === 'object' && 'kind' in type && type.kind === 'global';
  if (known && type.name.endsWith('UntypedStorage')) return null;
  const dtype = known ? dtypeFromStorageClass.get(type.name.replace('torch.', '')) : undefined;
  if (!dtype) throw new PickleMismatch('a storage class', pickleTypeName(type));
  return dtype;
}
