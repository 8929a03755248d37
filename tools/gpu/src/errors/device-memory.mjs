// Takes the GPU's memory away, and gives it back.
import { DeviceBuffer, memoryInfo, nativeErrorCode } from '@trt-fairmot/trt-runtime';

const mebibyte = 1 << 20;

async function takeAllBut(spare, taken) {
  for (let size = 64 * 1024 * mebibyte; size >= 2 * mebibyte; size /= 2) {
    while ((await memoryInfo()).free >= size + spare) {
      try {
        taken.push(await DeviceBuffer.create(size));
      } catch (error) {
        if (nativeErrorCode(error) !== 'CUDA_OUT_OF_MEMORY') throw error;
        break;
      }
    }
  }
}

/** Runs `body` while about `spare` bytes of device memory are free; it is told how many. */
export async function withoutMemory(spare, body) {
  const taken = [];
  try {
    await takeAllBut(spare, taken);
    return await body((await memoryInfo()).free);
  } finally {
    await Promise.all(taken.map((buffer) => buffer.close()));
  }
}
