// A source for the live server: opened, tracked with the shared detector, drawn, shown.
import { basename } from 'node:path';
import type { LiveFeed, LiveSource } from '@trt-fairmot/live-server';
import {
  Annotator,
  cameraName,
  type Frame,
  type FrameSource,
  isUrl,
  openSource,
  withoutPassword,
} from '@trt-fairmot/media';
import { FairmotTracker } from '@trt-fairmot/tracker';
import type { Output } from '../output/output.js';
import type { ServeOptions } from '../serve-options.js';
import { liveOptions } from './live-options.js';
import { loopedFrames } from './looped-frames.js';
import type { OpenDetector } from './open-detector.js';
import { pacedFrames } from './paced-frames.js';
import { trackFrames } from './track-frames.js';

/** Names as people know them: addresses without password, files without folders; equal ones numbered. */
export function shownNames(sources: readonly string[]): string[] {
  const names = sources.map((source) => {
    if (isUrl(source)) return withoutPassword(source);
    return cameraName(source) === null ? basename(source) || source : `camera ${cameraName(source)}`;
  });
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

/** What `openLiveServer` serves. The detector may be shared: it answers in order, so that sources take turns. */
export function servedSource(
  source: { readonly address: string; readonly name: string },
  detector: OpenDetector,
  options: ServeOptions,
): LiveSource {
  const { address, name } = source;
  return {
    name,
    detail: () => detector.stages(),
    run: async (feed, signal) => {
      const open = () => openServed(address, options, feed, signal);
      const source = await open();
      feed.opened({ width: source.width, height: source.height, live: source.live });
      const loops = options.loop && !source.live && source.kind !== 'raw';
      const frames = loops ? loopedFrames(source, open, signal) : source;
      const paced = source.live || options.fast ? frames : pacedFrames(frames, signal);
      await trackAndShow(source, paced, { detector, options, feed, signal });
    },
  };
}

function openServed(address: string, options: ServeOptions, feed: LiveFeed, signal: AbortSignal): Promise<FrameSource> {
  return openSource(address, {
    backend: options.videoBackend,
    stride: options.vidStride,
    frameRate: options.fps ?? 30,
    // Frames in the network's hands, the one being drawn, and one more.
    hold: 6,
    signal,
    onNotice: (message) => feed.notice(message),
    ...liveOptions(options),
  });
}

interface Show {
  readonly detector: OpenDetector;
  readonly options: ServeOptions;
  readonly feed: LiveFeed;
  readonly signal: AbortSignal;
}

async function trackAndShow(source: FrameSource, frames: AsyncIterable<Frame>, show: Show): Promise<void> {
  const { detector, options, feed, signal } = show;
  const { conf: confidence, trackBuffer, minBoxArea, vidStride } = options;
  await trackFrames({
    frames,
    detector,
    tracker: new FairmotTracker({ confidence, trackBuffer, frameRate: source.frameRate / vidStride }),
    minBoxArea,
    outputs: [drawing()],
    inFlight: detector.inFlight,
    signal,
    onFrame: (frame, tracks, { detectorMs, trackerMs, outputMs, latencyMs }) => {
      feed.lost({ dropped: source.dropped, reconnects: source.reconnects });
      feed.show({
        index: frame.index,
        time: frame.time,
        pixels: frame,
        tracks: tracks.map(({ id, box, score }) => ({ id, box: [...box], score })),
        latencyMs,
        stages: { network: detectorMs, tracker: trackerMs, drawing: outputMs },
      });
    },
  });
}

/** Draws into the frames' own pixels. */
function drawing(): Output {
  const annotator = new Annotator();
  return {
    write: async ({ frame, tracks }) => annotator.annotate(frame, tracks),
    close: async () => undefined,
    abort: async () => undefined,
  };
}
