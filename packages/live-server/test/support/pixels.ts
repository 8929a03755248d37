import type { Pixels } from '../../src/picture-maker.js';

/** A gray picture; JPEG keeps its level. */
export function gray(width: number, height: number, level: number): Pixels {
  return { width, height, data: new Uint8Array(width * height * 3).fill(level) };
}

/** A picture that JPEG cannot make small, different for each seed. */
export function noise(width: number, height: number, seed: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  let state = seed + 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return { width, height, data };
}
