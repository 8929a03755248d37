import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { loadAddon } from './load-addon.js';

/**
 * Opens TensorRT plugin libraries for the rest of the process; each once, however often it is named.
 *
 * @param paths of shared libraries
 * @returns every plugin TensorRT then knows, as `name@version`
 * @throws FairmotError (kind environment) that says why a library cannot be opened
 * @example
 * await loadPlugins(['plugins/build/libtrt_fairmot_plugins.so']); // [..., 'DCNv2@1']
 */
export async function loadPlugins(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const files = paths.map((path) => resolve(path));
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) {
    throw new FairmotError(`Expected a plugin library at ${missing} but received none`, {
      kind: 'environment',
      hint: 'build it where CMake, g++ and nvcc are installed: npm run native',
    });
  }
  const addon = await loadAddon();
  return addon.pluginsLoad(files);
}
