export {
  type BuildOptions,
  type BuildProgress,
  type BuiltEngine,
  buildEngine,
  type InputProfile,
  type LogMessage,
  type LogSeverity,
  type TacticSource,
} from './build-engine.js';
export { CompactKernel, type CompactKernelOptions } from './compact-kernel.js';
export { CudaGraph } from './cuda-graph.js';
export { FairmotDetector } from './detector.js';
export type { FairmotDetectorOptions } from './detector-options.js';
export type { BatchTimings, FairmotDetectorStats, StageTimes } from './detector-stats.js';
export { type DetectorFrame, DetectorStream, type FrameSlot } from './detector-stream.js';
export { DeviceBuffer } from './device-buffer.js';
export { Engine, type EngineOptions, type TensorInfo } from './engine.js';
export { Event } from './event.js';
export { ExecutionContext, type LayerTime } from './execution-context.js';
export {
  type DecodedRows,
  DecodeKernel,
  type DecodeKernelOptions,
  type DeviceHead,
  type ElementLayout,
  LetterboxKernel,
} from './kernels.js';
export { frameBytes, type PixelFormat } from './letterbox-plan.js';
export { loadPlugins } from './load-plugins.js';
export { memoryInfo } from './memory-info.js';
export { type NativeErrorCode, nativeErrorCode } from './native-error.js';
export { PinnedBuffer } from './pinned-buffer.js';
export { type GpuInfo, type ProbeOptions, type ProbeProblem, type ProbeResult, probe } from './probe.js';
export { setTensorrtFolder } from './set-tensorrt-folder.js';
export { type CopyRange, Stream } from './stream.js';
