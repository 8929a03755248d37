import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** SHA-256 of a file, in hexadecimal. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Eight digits that change with the code of packages, so that files in the cache never meet another version. */
export async function moduleHash(...names: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) hash.update(await fileHash(fileURLToPath(import.meta.resolve(name))));
  return hash.digest('hex').slice(0, 8);
}
