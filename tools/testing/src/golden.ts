// PyTorch's outputs for the two demo checkpoints, from ../shared/golden/network.
import { readFileSync } from 'node:fs';
import { shared } from './shared.js';

type Entry = { file: string; shape: number[] };

/** golden/network/manifest.json: the input, and per checkpoint the four heads. */
export function goldenManifest(): { input: Entry; models: Record<'half' | 'full', Record<string, Entry>> } {
  return JSON.parse(readFileSync(shared('golden', 'network', 'manifest.json'), 'utf8'));
}

/** A raw little-endian float32 tensor of golden/network. */
export function goldenTensor(file: string): Float32Array {
  const bytes = readFileSync(shared('golden', 'network', file));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Largest |a - b|; NaN anywhere, or a difference in length, gives Infinity. */
export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    if (difference > largest) largest = difference;
  }
  return largest;
}
