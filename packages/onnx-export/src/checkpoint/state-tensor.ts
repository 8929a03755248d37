import { endianness } from 'node:os';
import { FairmotError } from '../error.js';
import { bytesPerElement, type TensorDtype } from './dtype.js';
import { float32FromBytes } from './float32-from-bytes.js';
import type { TensorReference } from './pickle-value.js';
import { quoted } from './printable.js';
import type { StorageSource } from './storage-source.js';

/** One tensor of a state dict, still on disk. */
export interface StateTensor {
  /** Element type in the file. */
  readonly dtype: TensorDtype;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  /**
   * Reads the tensor's own byte range, and nothing else, into a new array: contiguous in row-major order, converted to
   * float32 (float64 and integers round to the nearest).
   */
  read(): Promise<Float32Array>;
}

const mostElements = 2 ** 28;

/**
 * Checks a tensor of a pickle against the storage it lies on and returns it for reading.
 * @param name the tensor's key, for errors
 */
export function stateTensorFromReference(name: string, tensor: TensorReference, source: StorageSource): StateTensor {
  const { dtype, shape, strides, storage } = tensor;
  const width = bytesPerElement[dtype];
  const elements = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  const span = elements === 0 ? 0 : shape.reduce((last, size, i) => last + (size - 1) * (strides[i] as number), 1);
  const fail = (expected: string, received: string) =>
    new FairmotError(`Expected ${expected} but received ${received}: tensor ${name} in ${source.file.path}`, {
      hint: 'the file is damaged: download or copy it again',
    });
  if (elements > mostElements) throw fail(`at most ${mostElements} elements`, `shape [${shape.join(', ')}]`);
  const available = storage.dtype === null ? Math.floor(storage.count / width) : storage.count;
  if (span > 0 && tensor.offset + span > available) {
    throw fail(
      `a tensor inside its storage of ${available} elements`,
      `elements ${tensor.offset} to ${tensor.offset + span}`,
    );
  }
  const held = source.size(storage.key);
  if (held === null) throw fail(`storage ${quoted(storage.key)} in the file`, 'none');
  const first = storage.start + tensor.offset;
  if ((first + span) * width > held)
    throw fail(`${(first + span) * width} bytes of storage ${quoted(storage.key)}`, `${held}`);
  return { dtype, shape, read };

  async function read(): Promise<Float32Array> {
    if (elements === 0) return new Float32Array(0);
    const bytes = await source.read(storage.key, first * width, span * width, `tensor ${name}`);
    if (source.bigEndian !== (endianness() === 'BE')) swapBytes(bytes, width);
    const values = float32FromBytes(bytes, dtype);
    return isContiguous(shape, strides) ? values : gathered(values, elements, shape, strides);
  }
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, width: number): void {
  const buffer = Buffer.from(bytes.buffer);
  if (width === 2) buffer.swap16();
  if (width === 4) buffer.swap32();
  if (width === 8) buffer.swap64();
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] as number;
    if (size !== 1 && strides[i] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Row-major copy of a strided window that begins at element 0 of `values`. */
function gathered(values: Float32Array, elements: number, shape: readonly number[], strides: readonly number[]) {
  const out = new Float32Array(elements);
  const index = new Uint32Array(shape.length);
  let from = 0;
  for (let to = 0; to < elements; to++) {
    out[to] = values[from] as number;
    for (let i = shape.length - 1; i >= 0; i--) {
      const next = (index[i] as number) + 1;
      from += strides[i] as number;
      if (next < (shape[i] as number)) {
        index[i] = next;
        break;
      }
      from -= next * (strides[i] as number);
      index[i] = 0;
    }
  }
  return out;
}
