import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { FairmotError } from '../error.js';

/**
 * Writes a file under a temporary name beside `path`, then renames: the file is there whole or as it was.
 *
 * @throws FairmotError where the folder cannot be written
 * @example
 * await replaceFile('tactics.cache', bytes);
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FairmotError(`Expected to write ${path} but received: ${reason}`, {
      cause,
      hint: 'choose a writable place',
    });
  }
}
