import { createHash } from 'node:crypto';
import type { StateDict } from './weights.js';

/** The first and the last convolution of the heat map's path: training changes both. */
const sampled = ['base.base_layer.0.weight', 'hm.2.weight', 'hm.2.bias'];

/**
 * A short name of a training result, the same whatever file and format it was saved in: SHA-256 over the float32 numbers of three
 * tensors of the network, as 64 hexadecimal digits. Tensors that are not there count as empty.
 *
 * @example
 * const checkpoint = await openCheckpoint('fairmot_dla34.pth');
 * await fingerprintFromStateDict(checkpoint.stateDict); // '5d0a1c...'
 */
export async function fingerprintFromStateDict(state: StateDict): Promise<string> {
  const hash = createHash('sha256');
  for (const name of sampled) {
    const values = (await state.get(name)?.read()) ?? new Float32Array(0);
    const bytes = new DataView(new ArrayBuffer(4 * values.length));
    for (const [i, value] of values.entries()) bytes.setFloat32(4 * i, value, true);
    hash.update(`${name}\n`).update(new Uint8Array(bytes.buffer));
  }
  return hash.digest('hex');
}
