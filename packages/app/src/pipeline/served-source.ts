// A source for the live server: opened, tracked with the shared detector, drawn, shown.
import { basename } from 'node:path';
import type { CountTotals, FrameCounts, PixelZones } from '@trt-fairmot/counting';
import type { Count, LiveFeed, LiveSource } from '@trt-fairmot/live-server';
import {
  Annotator,
  cameraName,
  drawZones,
  type Frame,
  type FrameSource,
  isUrl,
  openSource,
  withoutPassword,
} from '@trt-fairmot/media';
import type { Output } from '../output/output.js';
import { frameTracksFrom } from '../output/text-outputs.js';
import { drawnZones } from '../output/video-output.js';
import type { ServeOptions } from '../serve-options.js';
import { trackerFromFlags } from '../tracker-flags.js';
import { liveOptions } from './live-options.js';
import { loopedFrames } from './looped-frames.js';
import type { OpenDetector } from './open-detector.js';
import { pacedFrames } from './paced-frames.js';
import { trackFrames } from './track-frames.js';
import { openCounter } from './zones-file.js';

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
  source: { readonly address: string; readonly name: string; readonly zonesFile?: string | undefined },
  detector: OpenDetector,
  options: ServeOptions,
): LiveSource {
  const { address, name, zonesFile } = source;
  return {
    name,
    detail: () => detector.stages(),
    run: async (feed, signal) => {
      const open = () => openServed(address, options, feed, signal);
      const opened = await open();
      try {
        feed.opened({ width: opened.width, height: opened.height, live: opened.live });
        const loops = options.loop && !opened.live;
        const frames = loops ? loopedFrames(opened, open, signal) : opened;
        const paced = opened.live || options.fast ? frames : pacedFrames(frames, signal);
        await trackAndShow(opened, paced, { detector, options, zonesFile, feed, signal });
      } finally {
        await opened.close();
      }
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
  readonly zonesFile: string | undefined;
  readonly feed: LiveFeed;
  readonly signal: AbortSignal;
}

async function trackAndShow(source: FrameSource, frames: AsyncIterable<Frame>, show: Show): Promise<void> {
  const { detector, options, zonesFile, feed, signal } = show;
  const frameRate = source.frameRate / options.vidStride;
  const { width, height } = source;
  const counted = { width, height, frameRate, trackBuffer: options.trackBuffer };
  const counter = zonesFile ? await openCounter(zonesFile, counted) : undefined;
  const drawn = drawing(counter?.zones);
  await trackFrames({
    frames,
    detector,
    tracker: trackerFromFlags(options, { frameRate }),
    filter: options,
    counter,
    outputs: [drawn.output],
    inFlight: detector.inFlight,
    signal,
    onFrame: (frame, tracks, { detectorMs, trackerMs, outputMs, latencyMs }) => {
      feed.lost({ dropped: source.dropped, reconnects: source.reconnects });
      const counts = drawn.counts();
      feed.show({
        line: frameTracksFrom({ frame, tracks, ...(counts ? { counts } : {}) }),
        pixels: frame,
        latencyMs,
        stages: { network: detectorMs, tracker: trackerMs, drawing: outputMs },
        counts: counter ? countsFrom(counter.totals(), counts) : [],
      });
    },
  });
}

/** Draws into the frames' own pixels, and keeps what was counted in the last one. */
function drawing(zones: PixelZones | undefined): { output: Output; counts: () => FrameCounts | undefined } {
  const annotator = new Annotator();
  let last: FrameCounts | undefined;
  const output: Output = {
    write: async ({ frame, tracks, counts }) => {
      last = counts;
      if (zones && counts) drawZones(frame, drawnZones(zones, counts));
      annotator.annotate(frame, tracks);
    },
    close: async () => undefined,
    abort: async () => undefined,
  };
  return { output, counts: () => last };
}

/** What the page shows of lines and regions. */
function countsFrom({ lines, regions }: CountTotals, frame: FrameCounts | undefined): Count[] {
  return [
    ...lines.map(({ name, ...values }) => ({ name, kind: 'line', values })),
    ...regions.map(({ name, visitors, most }, index) => {
      return { name, kind: 'region', values: { now: frame?.regions[index]?.count ?? 0, most, visitors } };
    }),
  ];
}
