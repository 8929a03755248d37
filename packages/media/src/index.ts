export { openSource } from './open-source.js';
export type {
  Backend,
  Frame,
  FrameSink,
  FrameSource,
  RawFormat,
  SourceKind,
  SourceOptions,
} from './types.js';
export { openVideoSink } from './video-sink.js';
export type { VideoSinkOptions } from './video-sink-options.js';
