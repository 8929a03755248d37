export { type AnnotatedTrack, Annotator, type AnnotatorOptions } from './annotator.js';
export { type ImageSinkOptions, openImageSink } from './image-sink.js';
export { openSource } from './open-source.js';
export { type BackendReport, type MediaReport, probeMedia } from './probe.js';
export { openTextSink, type TextSink } from './text-sink.js';
export { colorFromId } from './track-color.js';
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
export { type DrawnZone, drawZones } from './zones.js';
