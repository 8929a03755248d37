import { FileBytes } from './file-bytes.js';
import { expectCheckpointFile } from './file-kind.js';
import { savedObjectFromLegacy } from './legacy-checkpoint.js';
import { epochFromValue, stateDictFromValue } from './state-dict.js';
import type { StateTensor } from './state-tensor.js';
import { savedObjectFromZip } from './zip-checkpoint.js';

/** An open checkpoint: the names, types and shapes of its state dict are in memory, the elements on disk. */
export interface Checkpoint {
  readonly path: string;
  /** `zip` since torch 1.6, `legacy` before. */
  readonly format: 'zip' | 'legacy';
  /** As saved beside the state dict; null where none was. */
  readonly epoch: number | null;
  /** In the order of the file, a leading `module.` removed. */
  readonly stateDict: ReadonlyMap<string, StateTensor>;
  /** Closes the file; tensors cannot be read any more. */
  close(): Promise<void>;
}

/**
 * Opens a PyTorch checkpoint (`.pth`, `.pt`) without PyTorch: a state dict, bare or under `state_dict` or `model`, with
 * whatever plain values and tensors (an optimizer's) lie beside it. Only the pickle and the directory are read; a tensor is
 * read when asked for. Nothing of the file is executed: a pickle that refers to anything but tensors, plain containers and
 * numpy scalars is refused by the name of what it refers to.
 *
 * @throws FairmotError of kind `input`, one sentence with the byte or tensor, for a file that is no such checkpoint, is
 * damaged, or holds other objects.
 * @example
 * const checkpoint = await openCheckpoint('fairmot_dla34.pth');
 * try {
 *   const bias = await checkpoint.stateDict.get('hm.2.bias')?.read(); // [1]
 * } finally {
 *   await checkpoint.close();
 * }
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await FileBytes.open(path);
  try {
    const format = await expectCheckpointFile(file);
    const { value, source } = await (format === 'zip' ? savedObjectFromZip(file) : savedObjectFromLegacy(file));
    const stateDict = stateDictFromValue(value, source);
    return { path, format, epoch: epochFromValue(value), stateDict, close: () => file.close() };
  } catch (problem) {
    await file.close();
    throw problem;
  }
}
