import { access } from 'node:fs/promises';
import { FairmotError, replaceFile } from '@trt-fairmot/onnx-export';
import { type EngineManifest, manifestPath } from './engine-manifest.js';

/**
 * Writes an engine and, beside it, its description (`model.engine.json`), each whole or not at all.
 *
 * @throws FairmotError where the engine exists and `overwrite` is not set, or the folder cannot be written
 * @example
 * await saveEngine('fairmot.engine', await engineFromOnnx('fairmot.onnx', { precision: 'fp16' }));
 */
export async function saveEngine(
  path: string,
  { engine, manifest }: { readonly engine: Uint8Array; readonly manifest: EngineManifest },
  options: { readonly overwrite?: boolean } = {},
): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !options.overwrite) {
    throw new FairmotError(`Expected ${path} not to exist but received an existing file`, {
      hint: 'give --overwrite or another name',
    });
  }
  // between the two renames the checksum in the description tells that they do not belong together
  await replaceFile(path, engine);
  await replaceFile(manifestPath(path), `${JSON.stringify(manifest, null, 2)}\n`);
}
