export { type CheckOptions, checkEngine, rebuildCommand } from './engine/check-engine.js';
export type { EngineBackend, EngineMachine } from './engine/engine-backend.js';
export { type BuildHooks, type BuiltEngine, engineFromOnnx } from './engine/engine-from-onnx.js';
export {
  type EngineManifest,
  engineManifestSchema,
  manifestPath,
  readEngineManifest,
} from './engine/engine-manifest.js';
export { onnxForTensorrt, type TensorrtOnnx, type TensorrtTarget } from './engine/onnx-for-tensorrt.js';
export { pluginLibraryPath } from './engine/plugin-library.js';
export { saveEngine } from './engine/save-engine.js';
export { machineFromProbe, tensorrtBackend } from './engine/tensorrt-backend.js';
export { argumentsFromOptions } from './options/build-arguments.js';
export {
  type BatchRange,
  type BuildOptions,
  type BuildOptionsInput,
  batchRangeFrom,
  buildOptionsFrom,
  buildOptionsSchema,
} from './options/build-options.js';
export { optionsFromTrtexecFlags, type TrtexecOptions } from './options/trtexec-flags.js';
export { applyPasses, type PassReport } from './passes/apply-passes.js';
export { densifyDepthwiseTranspose } from './passes/densify-depthwise-transpose.js';
export { floatQuantizedWeights } from './passes/float-quantized-weights.js';
export { foldBatchNorm } from './passes/fold-batch-norm.js';
export { fuseDeformConv } from './passes/fuse-deform-conv.js';
export { fuseQuantizedRoot } from './passes/fuse-quantized-root.js';
export { fuseRoot } from './passes/fuse-root.js';
export { fuseStem } from './passes/fuse-stem.js';
export { fuseUpsampleAdd } from './passes/fuse-upsample-add.js';
export { halfPluginWeights } from './passes/half-plugin-weights.js';
export { halfPrecision } from './passes/half-precision.js';
export { heatMap } from './passes/heat-map.js';
export { lowerOpset } from './passes/lower-opset.js';
export type { Pass, PassOptions, PassResult } from './passes/pass.js';
export type { Precision } from './passes/pass-list.js';
export { isStronglyTyped, type PassName, type PassTarget, passes, passesFor, passNames } from './passes/pass-list.js';
export { peakHeads } from './passes/peak-heads.js';
export {
  type CalibrateOptions,
  type CalibrationImages,
  calibrate,
  type FeedTensor,
  inputOf,
  type OpenNetwork,
  type RunnableNetwork,
} from './quantization/calibrate.js';
export { type ActivationRecord, type Calibration, type RangeOptions, rangesFrom } from './quantization/calibration.js';
export {
  calibrationFileSchema,
  isTensorrtCache,
  readCalibration,
  writeCalibration,
} from './quantization/calibration-file.js';
export { type CalibrationMethod, calibrationMethods, rangeFromHistogram } from './quantization/calibration-method.js';
export { expectQuantizable, isQuantized } from './quantization/expect-quantizable.js';
export { type HeadValues, headErrors, worstError } from './quantization/head-error.js';
export { Histogram, type HistogramRecord } from './quantization/histogram.js';
export {
  insertQuantization,
  type QuantizationOptions,
  type RangeOfValues,
} from './quantization/insert-quantization.js';
export {
  type KeepMeasurements,
  type KeepSearchOptions,
  type KeptLayers,
  keptLayers,
} from './quantization/keep-search.js';
export { keepSearchKey, readKeepSearch, writeKeepSearch } from './quantization/keep-search-file.js';
export { networkKey } from './quantization/network-key.js';
export { valuesToObserve } from './quantization/quantization-plan.js';
export { type LayerSelection, quantizedLayers } from './quantization/quantized-layers.js';
