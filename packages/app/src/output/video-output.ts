// The annotated pictures: zones, boxes, ids and traces drawn onto the frames, as a video or as a folder of images.
import { extname } from 'node:path';
import type { FrameCounts, PixelZones } from '@trt-fairmot/counting';
import {
  Annotator,
  type DrawnZone,
  drawZones,
  type FrameSource,
  openImageSink,
  openVideoSink,
} from '@trt-fairmot/media';
import type { Output } from './output.js';

export interface VideoOutputOptions {
  readonly overwrite: boolean;
  readonly frameRate: number;
  readonly backend: 'auto' | 'node-av' | 'ffmpeg';
  /** Lines and regions to draw, with their counts. */
  readonly zones?: PixelZones | undefined;
}

/** A name without extension is a folder of images. Draws into the frame's own pixels: the last output to see a frame. */
export async function openVideoOutput(path: string, source: FrameSource, options: VideoOutputOptions): Promise<Output> {
  const { width, height } = source;
  const { frameRate, backend } = options;
  const sink =
    extname(path) === ''
      ? await openImageSink(path, { overwrite: options.overwrite })
      : await openVideoSink(path, { width, height, overwrite: options.overwrite, frameRate, backend });
  const annotator = new Annotator();
  return {
    async write({ frame, tracks, counts }) {
      if (options.zones && counts) drawZones(frame, drawnZones(options.zones, counts));
      annotator.annotate(frame, tracks);
      await sink.write(frame);
    },
    close: () => sink.close(),
    abort: () => sink.abort(),
  };
}

/** Zones as they are drawn: lit where something happens. */
export function drawnZones({ lines, regions }: PixelZones, counts: FrameCounts): DrawnZone[] {
  const crossed = new Set(counts.crossings.map(({ line }) => line));
  return [
    ...regions.map(({ name, points }, index): DrawnZone => {
      const count = counts.regions[index]?.count ?? 0;
      return { kind: 'region', points, label: `${name} ${count}`, lit: count > 0 };
    }),
    ...lines.map(({ name, points }, index): DrawnZone => {
      const sums = counts.lines[index];
      const label = `${name} in ${sums?.in ?? 0} out ${sums?.out ?? 0}`;
      return { kind: 'line', points, label, lit: crossed.has(name) };
    }),
  ];
}
