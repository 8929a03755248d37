import { access } from 'node:fs/promises';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';

/**
 * Refuses an output that exists before the work rather than after it.
 *
 * @throws FairmotError of kind 'usage'
 */
export async function requireAbsent(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new FairmotError(`Expected ${path} not to exist but received an existing file`, {
    kind: 'usage',
    hint: 'give --overwrite or another name with -o',
  });
}
