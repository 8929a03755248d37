import { FairmotError } from '../error.js';
import type { FileBytes } from './file-bytes.js';
import { PickleEnd } from './pickle-bytes.js';
import type { PickleValue } from './pickle-value.js';
import { printable, quoted } from './printable.js';
import { type StorageSource, storageFromPersistentId } from './storage-source.js';
import { globalFromName } from './torch-globals.js';
import { unpickle } from './unpickle.js';
import { type ZipEntry, zipDirectoryFromFile, zipEntryBytes } from './zip-directory.js';

/** The object that was saved, its tensors still references, and where their bytes lie. */
export interface SavedObject {
  readonly value: PickleValue;
  readonly source: StorageSource;
}

const largestPickle = 2 ** 26;

/** Reads the pickle of a zip checkpoint (torch >= 1.6): NAME/data.pkl, with storages in NAME/data/KEY. */
export async function savedObjectFromZip(file: FileBytes): Promise<SavedObject> {
  const entries = await zipDirectoryFromFile(file);
  const pickle = [...entries.values()].find((entry) => /^[^/]*\/data\.pkl$/.test(entry.name));
  if (!pickle) throw notTorch(file, entries);
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  if (isTorchScript(entries, folder)) throw torchScript(file);
  if (pickle.size > largestPickle) {
    throw new FairmotError(
      `Expected ${quoted(pickle.name)} of at most 64 MiB but received ${pickle.size} bytes in ${file.path}`,
      {
        hint: 'have its author save the tensors alone: torch.save(model.state_dict(), "weights.pth")',
      },
    );
  }
  const source: StorageSource = {
    file,
    bigEndian: await isBigEndian(file, entries.get(`${folder}byteorder`)),
    size: (key) => entries.get(`${folder}data/${key}`)?.size ?? null,
    read: (key, offset, length) => {
      const entry = entries.get(`${folder}data/${key}`);
      if (!entry) throw new FairmotError(`Expected storage ${quoted(key)} but received none in ${file.path}`);
      return zipEntryBytes(file, entry, offset, length);
    },
  };
  return { value: unpickled(file, pickle.name, await zipEntryBytes(file, pickle)), source };
}

function unpickled(file: FileBytes, name: string, bytes: Uint8Array): PickleValue {
  try {
    return unpickle(bytes, 0, {
      global: (module, global) => globalFromName(module, global, file.path),
      persistent: storageFromPersistentId,
      place: (byte) => `byte ${byte} of ${printable(name)} in ${file.path}`,
    }).value;
  } catch (problem) {
    if (!(problem instanceof PickleEnd)) throw problem;
    throw new FairmotError(
      `Expected a complete pickle but received ${bytes.length} bytes of ${printable(name)} in ${file.path}`,
      {
        hint: 'the file is damaged: download or copy it again',
      },
    );
  }
}

async function isBigEndian(file: FileBytes, entry: ZipEntry | undefined): Promise<boolean> {
  if (!entry) return false; // torch < 2.1 writes no such entry, and little-endian everywhere
  const order = entry.size > 16 ? '' : Buffer.from(await zipEntryBytes(file, entry)).toString('latin1');
  if (order === 'little' || order === 'big') return order === 'big';
  throw new FairmotError(`Expected byte order 'little' or 'big' but received ${quoted(order)} in ${file.path}`, {
    hint: 'the file is damaged: download or copy it again',
  });
}

function isTorchScript(entries: ReadonlyMap<string, ZipEntry>, folder: string): boolean {
  return entries.has(`${folder}constants.pkl`) || [...entries.keys()].some((name) => name.startsWith(`${folder}code/`));
}

function torchScript(file: FileBytes): FairmotError {
  return new FairmotError(`Expected a checkpoint of torch.save but received a TorchScript archive: ${file.path}`, {
    hint: 'save the weights instead: torch.save(torch.jit.load(PATH).state_dict(), "weights.pth")',
  });
}

function notTorch(file: FileBytes, entries: ReadonlyMap<string, ZipEntry>): FairmotError {
  const [first] = entries.keys();
  const content =
    first === undefined ? 'an empty archive' : `an archive of ${entries.size} entries such as ${quoted(first)}`;
  return new FairmotError(
    `Expected a zip archive with a data.pkl as torch.save writes but received ${content}: ${file.path}`,
    {
      hint: 'name the .pth file itself; if it was packed, unpack it first',
    },
  );
}
