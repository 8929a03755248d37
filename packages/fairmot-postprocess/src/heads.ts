// What the network gives before decoding.
import { FairmotError } from './error.js';

/** One head's map of one image: `data` is [channels, height, width]. */
export interface Head {
  readonly data: Float32Array;
  readonly channels: number;
}

/** The heads of one image, on a map of a quarter of the input's size. */
export interface Heads {
  /** One channel a class, before the sigmoid. */
  readonly hm: Head;
  /** 4 channels (left, top, right, bottom from the centre) or 2 (width, height), in cells. */
  readonly wh: Head;
  /** 2 channels: the centre's x and y within its cell. Without it the centre is the cell's middle. */
  readonly reg?: Head | undefined;
  /** The embedding, any number of channels; without it detections have embeddings of size 0. */
  readonly id?: Head | undefined;
  /** Of the map, in cells. */
  readonly width: number;
  readonly height: number;
}

const allowed = { hm: 'at least 1', wh: '4 or 2', reg: '2', id: 'at least 1' };

/** @throws FairmotError that names the head which does not fit */
export function requireHeads(heads: Heads): void {
  const { hm, wh, reg, id, width, height } = heads;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new FairmotError(`Expected a map of positive whole width and height but received ${width}x${height}`);
  }
  const cells = width * height;
  for (const [name, head] of Object.entries({ hm, wh, reg, id }) as [keyof typeof allowed, Head | undefined][]) {
    if (!head) continue;
    const { channels, data } = head;
    const fits = name === 'wh' ? channels === 4 || channels === 2 : name === 'reg' ? channels === 2 : channels >= 1;
    if (!fits || !Number.isInteger(channels)) {
      throw new FairmotError(`Expected ${name} to have ${allowed[name]} channels but received ${channels}`);
    }
    if (data.length !== channels * cells) {
      throw new FairmotError(
        `Expected ${name} to hold ${channels} x ${height} x ${width} = ${channels * cells} numbers but received ${data.length}`,
      );
    }
  }
  if (hm.data.length > 2 ** 23) {
    throw new FairmotError(`Expected hm of at most 2^23 numbers but received ${hm.data.length}`);
  }
}
