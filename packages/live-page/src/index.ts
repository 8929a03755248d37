import { fileURLToPath } from 'node:url';

export type {
  Count,
  DroppedEvent,
  FrameLine,
  SourceState,
  SourceStatus,
  StageTime,
  StatusEvent,
  TracksEvent,
} from './protocol.js';

/**
 * The folder of the built page: `index.html`, `page.js`, `style.css`, `icon.svg`. A server gives them at `/` and answers what the page
 * asks: `/api/events`, `/api/video?source=1&source=2` and POST `/api/sources/1/start` or `stop`.
 */
export const pageFolder: string = fileURLToPath(new URL('page/', import.meta.url));
