import { readFile } from 'node:fs/promises';
import { FairmotError, replaceFile } from '@trt-fairmot/onnx-export';

/** The measured tactics in a file; null where the file does not exist. TensorRT ignores those of another version or GPU. */
export async function readTimingCache(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new FairmotError(`Expected to read timing cache ${path} but received: ${cause.message}`, { cause });
  });
}

/** Writes measured tactics back, whole or not at all. */
export async function writeTimingCache(path: string, cache: Uint8Array): Promise<void> {
  if (cache.length > 0) await replaceFile(path, cache);
}
