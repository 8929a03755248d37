import type { TensorDtype } from './dtype.js';
import { type Network, networkFromStateDict } from './network-from-state-dict.js';
import type { Checkpoint } from './open-checkpoint.js';

/** What there is to say about a checkpoint without reading a tensor. */
export interface CheckpointDescription extends Network {
  readonly format: Checkpoint['format'];
  readonly epoch: number | null;
  /** Entries of the state dict, counters and running statistics included. */
  readonly tensors: number;
  /** Elements of the state dict. */
  readonly elements: number;
  /** Number of tensors by element type. */
  readonly dtypes: Readonly<Partial<Record<TensorDtype, number>>>;
}

/**
 * Describes an open checkpoint for people: its network, heads, size and element types.
 *
 * @example
 * const description = describeCheckpoint(await openCheckpoint('fairmot_dla34.pth'));
 * // { network: 'dla34-dcn', heads: { hm: 1, wh: 4, id: 128, reg: 2 }, format: 'zip', tensors: 404, ... }
 */
export function describeCheckpoint(checkpoint: Checkpoint): CheckpointDescription {
  const dtypes: Partial<Record<TensorDtype, number>> = {};
  let elements = 0;
  for (const { dtype, shape } of checkpoint.stateDict.values()) {
    dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
    elements += shape.reduce((product, size) => product * size, 1);
  }
  return {
    ...networkFromStateDict(checkpoint.stateDict),
    format: checkpoint.format,
    epoch: checkpoint.epoch,
    tensors: checkpoint.stateDict.size,
    elements,
    dtypes,
  };
}
