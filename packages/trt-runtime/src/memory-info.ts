import { loadAddon } from './load-addon.js';
import { requireDevice } from './requirements.js';

/**
 * Bytes of device memory, free and in all.
 *
 * @param device number of the GPU, default 0
 * @example
 * const { free } = await memoryInfo();
 */
export async function memoryInfo(device?: number): Promise<{ free: number; total: number }> {
  const addon = await loadAddon();
  return addon.memoryInfo(requireDevice(device));
}
