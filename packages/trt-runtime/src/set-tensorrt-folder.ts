import { resolve } from 'node:path';
import { loadAddon } from './load-addon.js';

/**
 * Where to look for TensorRT's libraries first, before TENSORRT_ROOT and the loader's own places. Has no effect once they are open.
 *
 * @example
 * await setTensorrtFolder('/opt/tensorrt/lib');
 */
export async function setTensorrtFolder(folder: string): Promise<void> {
  const addon = await loadAddon();
  addon.setTensorrtFolder(resolve(folder));
}
