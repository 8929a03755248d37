import { PickleMismatch } from './pickle-machine.js';
import { type NumpyDtype, type PickleGlobal, type PickleValue, pickleTypeName } from './pickle-value.js';

type Entry = [string, NonNullable<PickleGlobal['call']>];

/** Numpy scalars (a best score or a loss saved beside the state dict) as plain numbers. */
export const numpyGlobals: readonly Entry[] = [
  ['numpy.dtype', ([code]) => dtype(code)],
  ['numpy.core.multiarray.scalar', ([type, data]) => scalar(type, data)],
  ['numpy._core.multiarray.scalar', ([type, data]) => scalar(type, data)],
  ['_codecs.encode', ([text, encoding]) => latin1(text, encoding)],
];

const readers: Readonly<Record<string, { size: number; read: (view: DataView, little: boolean) => number | bigint }>> =
  {
    b1: { size: 1, read: (view) => view.getUint8(0) },
    i1: { size: 1, read: (view) => view.getInt8(0) },
    u1: { size: 1, read: (view) => view.getUint8(0) },
    i2: { size: 2, read: (view, little) => view.getInt16(0, little) },
    u2: { size: 2, read: (view, little) => view.getUint16(0, little) },
    i4: { size: 4, read: (view, little) => view.getInt32(0, little) },
    u4: { size: 4, read: (view, little) => view.getUint32(0, little) },
    i8: { size: 8, read: (view, little) => view.getBigInt64(0, little) },
    u8: { size: 8, read: (view, little) => view.getBigUint64(0, little) },
    f4: { size: 4, read: (view, little) => view.getFloat32(0, little) },
    f8: { size: 8, read: (view, little) => view.getFloat64(0, little) },
  };

function dtype(code: PickleValue | undefined): NumpyDtype {
  if (typeof code !== 'string' || !Object.hasOwn(readers, code)) {
    throw new PickleMismatch(
      'a numpy number type',
      typeof code === 'string' ? code.slice(0, 20) : pickleTypeName(code),
    );
  }
  return { kind: 'numpy-dtype', code, bigEndian: false };
}

function scalar(type: PickleValue | undefined, data: PickleValue | undefined): PickleValue {
  const known = type !== null && typeof type === 'object' && 'kind' in type && type.kind === 'numpy-dtype';
  const reader = known ? readers[type.code] : undefined;
  if (!known || !reader) throw new PickleMismatch('a numpy.dtype of a scalar', pickleTypeName(type));
  const bytes = typeof data === 'string' ? latin1(data, 'latin1') : data; // Python 2 has one type for both
  if (!(bytes instanceof Uint8Array) || bytes.length !== reader.size) {
    throw new PickleMismatch(`${reader.size} bytes of a numpy scalar`, pickleTypeName(data));
  }
  const value = reader.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), !type.bigEndian);
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Protocol 2 writes bytes as _codecs.encode(text, 'latin1'). */
function latin1(text: PickleValue | undefined, encoding: PickleValue | undefined): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1') {
    throw new PickleMismatch("text encoded as 'latin1'", pickleTypeName(text));
  }
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
