export type { TensorDtype } from './checkpoint/dtype.js';
export { type Checkpoint, openCheckpoint } from './checkpoint/open-checkpoint.js';
export type { StateTensor } from './checkpoint/state-tensor.js';
export { FairmotError, type FairmotErrorKind } from './error.js';
