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
export { floatsFromHalves, halvesFromFloats } from './codec/float16.js';
export { bytesFromModel, modelFromBytes } from './codec/model-bytes.js';
export { type AttributeValue, intOfAttribute, intsOfAttribute, type NodeInit, nodeFrom } from './codec/node.js';
export {
  dataTypeFromElementType,
  type ElementType,
  floatsFromTensor,
  int8sFromTensor,
  intsFromTensor,
  shapeOfTensor,
  sizeOfShape,
  tensorFromFloats,
  tensorFromInt8s,
  tensorFromInts,
} from './codec/tensor.js';
export { onnxForCpu } from './cpu/onnx-for-cpu.js';
export { FairmotError, type FairmotErrorKind } from './error.js';
export {
  describeOnnx,
  descriptionFromModel,
  type OnnxDescription,
  type PortDescription,
} from './export/describe-onnx.js';
export { onnxFromCheckpoint } from './export/onnx-from-checkpoint.js';
export {
  type ExportResult,
  type ExportSummary,
  onnxFromStateDict,
  type StateDictOrigin,
} from './export/onnx-from-state-dict.js';
export { type ExportOptions, exportOptionsFrom, exportOptionsSchema } from './export/options.js';
export { replaceFile } from './export/replace-file.js';
export { saveModel } from './export/save-model.js';
export * from './gen/onnx_pb.js';
export { GraphBuilder, type NodeSpec, type TensorSource } from './graph/graph-builder.js';
export {
  consumersOf,
  initializersOf,
  producersOf,
  removeUnused,
  replaceNode,
  replaceUses,
  setInitializer,
} from './graph/graph-edit.js';
/** Joining, slicing, reshaping and gathering for a GraphBuilder. */
export * as indexing from './graph/indexing.js';
/** Convolutions, pooling and arithmetic for a GraphBuilder. */
export * as layers from './graph/layers.js';
export { type KnownShape, macsFromGraph, shapeFromValueInfo, shapesFromGraph } from './graph/macs.js';
export { type Dimension, type Value, valueInfoFrom } from './graph/value.js';
export { fingerprintFromStateDict } from './models/fingerprint.js';
export type { StateDict, WeightTensor } from './models/weights.js';
