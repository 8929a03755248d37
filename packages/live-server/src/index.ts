export type {
  Count,
  FrameLine,
  SourceState,
  SourceStatus,
  StageTime,
  StatusEvent,
  TracksEvent,
} from '@trt-fairmot/live-page';
export type { Feed, LiveFeed, LiveFrame, LiveSource } from './feed.js';
export { type LiveServer, type LiveServerOptions, openLiveServer } from './live-server.js';
