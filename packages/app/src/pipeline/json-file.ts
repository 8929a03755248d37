import { readFile } from 'node:fs/promises';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { reasonOf } from '../cli/reason.js';

/**
 * The content of a JSON file.
 *
 * @param what of the file in words, such as `a zones file`
 * @throws FairmotError that names the file, of the given kind and with the given hint
 */
export async function contentOfJsonFile(
  path: string,
  what: string,
  about: { readonly kind: 'usage' | 'input'; readonly hint: string },
): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FairmotError(`Expected ${what} at ${path} but received ${reasonOf(cause)}`, { ...about, cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FairmotError(`Expected JSON in ${path} but received: ${reason}`, { ...about, cause });
  }
}
