import { FairmotError } from '../error.js';
import { dtypeFromStorageClass, type TensorDtype } from './dtype.js';
import { numpyGlobals } from './numpy-globals.js';
import { PickleMismatch } from './pickle-machine.js';
import {
  type PickleGlobal,
  type PickleValue,
  pickleTypeName,
  type StorageReference,
  type TensorReference,
} from './pickle-value.js';
import { printable } from './printable.js';

type Call = NonNullable<PickleGlobal['call']>;

/**
 * The class or function behind a global of the pickle, from a fixed list: what torch.save writes for tensors and plain
 * containers, and numpy scalars. Anything else is refused by name; nothing is ever imported or run.
 */
export function globalFromName(module: string, name: string, file: string): PickleGlobal | FairmotError {
  const full = `${module}.${name}`;
  const storage = module === 'torch' ? dtypeFromStorageClass.get(name) : undefined;
  if (storage) return { kind: 'global', name: full };
  if (nameOnly.has(full)) return { kind: 'global', name: full };
  const call = constructors.get(full);
  if (call) return { kind: 'global', name: full, call };
  return new FairmotError(
    `Expected only tensors and plain containers but received the global ${printable(full)} in ${file}`,
    {
      hint: `nothing was executed; if you trust its author, keep the tensors alone: python -c "${keepTensors(module)}"`,
    },
  );
}

/** What reduces such a file to its state dict: a pickled network has a method for it, a training state a key. */
function keepTensors(module: string): string {
  const stateDict = module.startsWith('torch.nn.') ? '.state_dict()' : "['state_dict']";
  return `import torch; torch.save(torch.load('IN.pth', weights_only=False)${stateDict}, 'OUT.pth')`;
}

const dtypes: readonly TensorDtype[] = [
  'float16',
  'bfloat16',
  'float32',
  'float64',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint8',
  'bool',
];

const nameOnly: ReadonlySet<string> = new Set([
  'torch.storage.UntypedStorage',
  'torch.storage._UntypedStorage',
  ...dtypes.map((dtype) => `torch.${dtype}`),
]);

const constructors: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['torch._utils._rebuild_tensor', (args) => tensor(args, null)],
  ['torch._utils._rebuild_tensor_v2', (args) => tensor(args, null)],
  ['torch._utils._rebuild_tensor_v3', (args) => tensor(args, args[6])],
  ['torch._utils._rebuild_parameter', ([data]) => anyTensor(data)],
  ['torch._utils._rebuild_parameter_with_state', ([data]) => anyTensor(data)],
  ['torch.Size', ([sizes]) => anyList(sizes ?? [])],
  ['torch.device', ([type, index]) => (index === undefined ? anyText(type) : `${anyText(type)}:${anyInteger(index)}`)],
  ['collections.OrderedDict', ([items]) => mapFromItems(items)],
  ['collections.Counter', ([items]) => mapFromItems(items)],
  ['__builtin__.set', ([items]) => new Set(anyList(items ?? []))],
  ['builtins.set', ([items]) => new Set(anyList(items ?? []))],
  ...numpyGlobals,
]);

/** _rebuild_tensor*(storage, offset, size, stride, ...); v3 brings the type, as its storage is untyped. */
function tensor(args: readonly PickleValue[], typeName: PickleValue | undefined): TensorReference {
  const [storage, offset, size, stride] = args;
  if (!isStorage(storage)) throw new PickleMismatch('a storage under a tensor', pickleTypeName(storage));
  const dtype = storage.dtype ?? dtypeFromGlobal(typeName);
  const shape = dimensions(size, 'the shape');
  const strides = dimensions(stride, 'the strides');
  if (strides.length !== shape.length) {
    throw new PickleMismatch(`${shape.length} strides for shape [${shape.join(',')}]`, String(strides.length));
  }
  return { kind: 'tensor', dtype, storage, offset: count(offset, 'the storage offset'), shape, strides };
}

function dtypeFromGlobal(value: PickleValue | undefined): TensorDtype {
  const name = value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'global' && value.name;
  const dtype = dtypes.find((known) => name === `torch.${known}`);
  if (!dtype) throw new PickleMismatch('the type of a tensor on an untyped storage', pickleTypeName(value));
  return dtype;
}

function isStorage(value: PickleValue | undefined): value is StorageReference {
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'storage';
}

/** A non-negative integer that numbers hold exactly. */
export function count(value: PickleValue | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    const received = typeof value === 'number' || typeof value === 'bigint' ? String(value) : pickleTypeName(value);
    throw new PickleMismatch(`a non-negative integer for ${what}`, received);
  }
  return value;
}

function dimensions(value: PickleValue | undefined, what: string): number[] {
  const list = anyList(value);
  if (list.length > 64) throw new PickleMismatch(`at most 64 numbers for ${what}`, String(list.length));
  return list.map((entry) => count(entry, what));
}

function anyTensor(value: PickleValue | undefined): TensorReference {
  const known = value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'tensor';
  if (!known) throw new PickleMismatch('a tensor under a parameter', pickleTypeName(value));
  return value;
}

function anyList(value: PickleValue | undefined): PickleValue[] {
  if (!Array.isArray(value)) throw new PickleMismatch('a list', pickleTypeName(value));
  return value;
}

function anyText(value: PickleValue | undefined): string {
  if (typeof value !== 'string') throw new PickleMismatch('a str', pickleTypeName(value));
  return value;
}

function anyInteger(value: PickleValue): number {
  return count(value, 'a device index');
}

/** OrderedDict() and OrderedDict([[key, value], ...]) (Python 2), Counter({key: count}). */
function mapFromItems(items: PickleValue | undefined): Map<PickleValue, PickleValue> {
  if (items === undefined) return new Map();
  if (items instanceof Map) return new Map(items);
  return new Map(
    anyList(items).map((item) => {
      const [key, value] = anyList(item);
      if (key === undefined || value === undefined) throw new PickleMismatch('a key and a value', pickleTypeName(item));
      return [key, value];
    }),
  );
}
