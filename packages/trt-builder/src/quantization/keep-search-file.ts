import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FairmotError, replaceFile } from '@trt-fairmot/onnx-export';
import { z } from 'zod';
import type { Calibration, RangeOptions } from './calibration.js';
import type { KeepMeasurements } from './keep-search.js';

const errors = z.record(z.string(), z.number().nonnegative());
const keepSearchFileSchema = z.object({
  format: z.literal('trt-fairmot-keep-search'),
  version: z.literal(1),
  /** {@link keepSearchKey} of the search. */
  key: z.string(),
  /** Largest relative error of a head where a layer alone is quantised. */
  alone: errors,
  /** The same where so many of the worst layers are kept. */
  kept: errors,
});

/** A hash of all that a search's measurements depend on. */
export function keepSearchKey(
  calibration: Calibration,
  ranges: RangeOptions,
  layers: readonly string[],
  images: readonly number[],
): string {
  const { network, images: hashes } = calibration;
  return createHash('sha256').update(JSON.stringify({ network, hashes, ranges, layers, images })).digest('hex');
}

/**
 * Reads the measurements of a search.
 *
 * @returns null where the file does not exist or is of another search: it is written anew
 * @throws FairmotError for a file that is none
 */
export async function readKeepSearch(path: string, key: string): Promise<KeepMeasurements | null> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new FairmotError(`Expected to read ${path} but received: ${cause.message}`, { cause });
  });
  if (text === null) return null;
  const result = keepSearchFileSchema.safeParse(jsonFrom(text));
  if (result.success) return result.data.key === key ? result.data : null;
  throw new FairmotError(`Expected the measurements of a search in ${path} but received another file`, {
    hint: 'remove it, or name another file with --calib-cache',
  });
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes the measurements of a search whole or not at all. */
export async function writeKeepSearch(path: string, key: string, { alone, kept }: KeepMeasurements): Promise<void> {
  const file = { format: 'trt-fairmot-keep-search', version: 1, key, alone, kept };
  await replaceFile(path, `${JSON.stringify(file, null, 2)}\n`);
}
