export { type CheckpointDescription, describeCheckpoint } from './checkpoint/describe-checkpoint.js';
export type { TensorDtype } from './checkpoint/dtype.js';
export {
  expectExportable,
  type Network,
  type NetworkName,
  networkFromStateDict,
} from './checkpoint/network-from-state-dict.js';
export { expectFinite, nonFiniteIndex } from './checkpoint/non-finite.js';
export { type Checkpoint, openCheckpoint } from './checkpoint/open-checkpoint.js';
export type { StateTensor } from './checkpoint/state-tensor.js';
export { FairmotError, type FairmotErrorKind } from './error.js';
