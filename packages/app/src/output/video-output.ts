// The annotated pictures: boxes, ids and traces drawn onto the frames, as a video or as a folder of images.
import { extname } from 'node:path';
import { Annotator, type FrameSource, openImageSink, openVideoSink } from '@trt-fairmot/media';
import type { Output } from './output.js';

export interface VideoOutputOptions {
  readonly overwrite: boolean;
  readonly frameRate: number;
  readonly backend: 'auto' | 'node-av' | 'ffmpeg';
}

/** A name without extension is a folder of images. Draws into the frame's own pixels: the last output to see a frame. */
export async function openVideoOutput(path: string, source: FrameSource, options: VideoOutputOptions): Promise<Output> {
  const { width, height } = source;
  const sink =
    extname(path) === ''
      ? await openImageSink(path, { overwrite: options.overwrite })
      : await openVideoSink(path, { width, height, ...options });
  const annotator = new Annotator();
  return {
    async write({ frame, tracks }) {
      annotator.annotate(frame, tracks);
      await sink.write(frame);
    },
    close: () => sink.close(),
    abort: () => sink.abort(),
  };
}
