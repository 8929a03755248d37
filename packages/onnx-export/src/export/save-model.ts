import { access } from 'node:fs/promises';
import { FairmotError } from '../error.js';
import { replaceFile } from './replace-file.js';

/**
 * Writes a model's bytes under a temporary name beside `path`, then renames: the file is there whole or not at all.
 *
 * @throws FairmotError where the file exists and `overwrite` is not set, or the folder cannot be written
 * @example
 * await saveModel('fairmot.onnx', bytes, { overwrite: true });
 */
export async function saveModel(
  path: string,
  bytes: Uint8Array,
  options: { readonly overwrite?: boolean } = {},
): Promise<void> {
  if (!options.overwrite && (await exists(path))) {
    throw new FairmotError(`Expected ${path} not to exist but received an existing file`, {
      kind: 'usage',
      hint: 'give --overwrite or another name',
    });
  }
  await replaceFile(path, bytes);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
