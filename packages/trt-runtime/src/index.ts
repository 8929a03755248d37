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
export { CudaGraph } from './cuda-graph.js';
export { DeviceBuffer } from './device-buffer.js';
export { Engine, type EngineOptions, type TensorInfo } from './engine.js';
export { Event } from './event.js';
export { ExecutionContext, type LayerTime } from './execution-context.js';
export { loadPlugins } from './load-plugins.js';
export { type NativeErrorCode, nativeErrorCode } from './native-error.js';
export { PinnedBuffer } from './pinned-buffer.js';
export { type CopyRange, Stream } from './stream.js';
