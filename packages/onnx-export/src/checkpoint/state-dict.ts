import { FairmotError } from '../error.js';
import { type PickleValue, pickleTypeName, type TensorReference } from './pickle-value.js';
import { printable } from './printable.js';
import { type StateTensor, stateTensorFromReference } from './state-tensor.js';
import type { StorageSource } from './storage-source.js';

/** Where training code keeps the state dict: FairMOT and CenterNet, JDE and YOLO, many others. */
const stateDictKeys = ['state_dict', 'model', 'model_state_dict'];

/**
 * The state dict of a saved object, in its order: under one of the usual keys, or the object itself. A leading `module.`
 * (DataParallel) is removed as FairMOT's load_model does (src/lib/models/model.py).
 */
export function stateDictFromValue(value: PickleValue, source: StorageSource): ReadonlyMap<string, StateTensor> {
  const path = source.file.path;
  const tensors = new Map<string, StateTensor>();
  for (const [key, entry] of entriesOf(value, path)) {
    if (typeof key !== 'string') throw odd(path, 'text as the key of a tensor', pickleTypeName(key));
    if (!isTensor(entry)) throw odd(path, `a tensor under ${printable(key)}`, pickleTypeName(entry));
    const name = key.startsWith('module.') ? key.slice('module.'.length) : key;
    if (tensors.has(name)) throw odd(path, `one tensor ${printable(name)}`, 'one with and one without module.');
    tensors.set(name, stateTensorFromReference(printable(name), entry, source));
  }
  return tensors;
}

/** The epoch saved beside a state dict, or null. */
export function epochFromValue(value: PickleValue): number | null {
  const epoch = value instanceof Map ? value.get('epoch') : null;
  return typeof epoch === 'number' ? epoch : null;
}

function entriesOf(value: PickleValue, path: string): Map<PickleValue, PickleValue> {
  if (!(value instanceof Map)) throw odd(path, 'a state dict', pickleTypeName(value));
  for (const key of stateDictKeys) {
    const inner = value.get(key);
    if (inner instanceof Map && [...inner.values()].some(isTensor)) return inner;
  }
  if ([...value.values()].some(isTensor)) return value;
  const keys = [...value.keys()]
    .slice(0, 8)
    .map((key) => (typeof key === 'string' ? printable(key) : pickleTypeName(key)));
  throw odd(path, "a state dict, bare or under 'state_dict' or 'model',", `a dict of ${keys.join(', ') || 'nothing'}`);
}

function isTensor(value: PickleValue): value is TensorReference {
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'tensor';
}

function odd(path: string, expected: string, received: string): FairmotError {
  return new FairmotError(`Expected ${expected} but received ${received}: ${path}`, {
    hint: 'save the weights as FairMOT does: torch.save({"epoch": 0, "state_dict": model.state_dict()}, "weights.pth")',
  });
}
