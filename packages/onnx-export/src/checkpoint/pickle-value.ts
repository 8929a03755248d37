import type { TensorDtype } from './dtype.js';

/** The bytes of one or more tensors: a zip entry `data/KEY`, or the stretch of a legacy file under that key. */
export interface StorageReference {
  readonly kind: 'storage';
  readonly key: string;
  /** null for an untyped storage, whose tensors name their own type. */
  readonly dtype: TensorDtype | null;
  /** Elements (bytes of an untyped storage), the window below included. */
  readonly count: number;
  /** Where a legacy view of another storage begins, in elements. */
  readonly start: number;
}

/** A tensor as torch.save describes it: a strided window on a storage. Nothing is checked against the storage yet. */
export interface TensorReference {
  readonly kind: 'tensor';
  readonly dtype: TensorDtype;
  readonly storage: StorageReference;
  /** Elements from the start of the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Elements between neighbours along each dimension. */
  readonly strides: readonly number[];
}

/** A whitelisted class or function; `call` is absent where it only serves as a name. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
  readonly call?: (args: readonly PickleValue[]) => PickleValue;
}

/** A numpy.dtype, only to read numpy scalars such as a best score beside the state dict. */
export interface NumpyDtype {
  readonly kind: 'numpy-dtype';
  readonly code: string;
  bigEndian: boolean;
}

/** What a pickle of plain containers and tensors can hold. Lists and tuples are arrays, dict and OrderedDict are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | StorageReference
  | TensorReference
  | PickleGlobal
  | NumpyDtype;

/** The value as a sentence names it: 'a str', 'a dict', 'a tensor'. */
export function pickleTypeName(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return 'a bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an int' : 'a float';
  if (typeof value === 'bigint') return 'an int';
  if (typeof value === 'string') return 'a str';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a dict';
  if (value instanceof Set) return 'a set';
  return value.kind === 'global' ? value.name : `a ${value.kind}`;
}
