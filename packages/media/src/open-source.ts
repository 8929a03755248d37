import { stat } from 'node:fs/promises';
import { FairmotError, type RgbImage } from '@trt-fairmot/fairmot-postprocess';
import {
  type Address,
  addressFromCamera,
  addressFromFile,
  addressFromUrl,
  cameraName,
  isLive,
  isUrl,
  withoutPassword,
} from './address.js';
import { chosenBackend } from './backend.js';
import { FfmpegReader } from './ffmpeg-reader.js';
import { hintForUnreadable } from './ffprobe.js';
import { imagesFromGlob, imagesInFolder, isGlob, isImageName } from './image-files.js';
import { ImageReader } from './image-reader.js';
import { NodeAvReader, type VideoReaderOptions } from './node-av-reader.js';
import type { PictureReader } from './picture-reader.js';
import { PictureSource } from './picture-source.js';
import { RawReader } from './raw-reader.js';
import { defaultPatience, ReconnectingReader } from './reconnecting-reader.js';
import { checkSourceOptions } from './source-options.js';
import type { FrameSource, SourceOptions } from './types.js';

/**
 * Opens a source of frames: a video file, an image, a folder or glob of images (natural order), '-' for raw frames on standard
 * input, a URL (rtsp, http ...), or a camera ('0', '/dev/video0', 'camera:NAME').
 *
 * Resolves when the first frame is decoded, so whatever cannot be read fails here and not in the loop. Pictures come upright where
 * the file says how they were held; pixels are taken as square.
 *
 * @throws FairmotError 'input' for what cannot be read, 'usage' for options out of range, 'environment' without any backend.
 * @example
 * for await (const frame of await openSource('pedestrians.mp4', { stride: 2 })) {
 *   console.log(frame.index, frame.time, frame.width, frame.height);
 * }
 */
export async function openSource(source: string, options: SourceOptions = {}): Promise<FrameSource> {
  checkSourceOptions(options);
  options.signal?.throwIfAborted();
  const reader = await openReader(source, options);
  return PictureSource.open(reader, options, source === '-' ? 'standard input' : withoutPassword(source));
}

async function openReader(source: string, options: SourceOptions): Promise<PictureReader> {
  if (source === '-') return new RawReader(standardInput(), options);
  if (isUrl(source)) {
    const live = options.live ?? (isLive(source) || (/^https?:/i.test(source) ? 'unless-sized' : false));
    return openLive(addressFromUrl(source), { ...options, kind: 'url', live, name: withoutPassword(source) });
  }
  const found = await stat(source).catch(() => null);
  const camera = cameraName(source);
  if (camera !== null && (!found || found.isCharacterDevice())) {
    return openLive(addressFromCamera(camera, options), { ...options, kind: 'camera', live: true, name: source });
  }
  if (!found) return openImages(await imagesFromPattern(source), options);
  if (found.isDirectory()) return openImages(await imagesInFolder(source), options);
  if (found.isFile() && found.size === 0)
    throw new FairmotError(`Expected frames in ${source} but received an empty file`);
  if (isImageName(source) && !/\.gif$/i.test(source)) return openImages([source], options);
  return openVideo(addressFromFile(source), { ...options, kind: 'video', live: false, name: source });
}

function standardInput(): typeof process.stdin {
  if (!process.stdin.isTTY) return process.stdin;
  throw new FairmotError('Expected raw frames on standard input but received a terminal', {
    kind: 'usage',
    hint: 'pipe frames in: ffmpeg -i in.mp4 -f rawvideo -pix_fmt rgb24 - | ...',
  });
}

async function openVideo(address: Address, options: VideoReaderOptions): Promise<PictureReader> {
  const backend = await chosenBackend(options.backend ?? 'auto');
  return backend === 'node-av' ? NodeAvReader.open(address, options) : FfmpegReader.open(address, options);
}

/** A source that may turn out to be live; then it reconnects. */
async function openLive(address: Address, options: VideoReaderOptions): Promise<PictureReader> {
  const first = await openInTime(address, options);
  if (!first.live) return first;
  return new ReconnectingReader(first, {
    name: options.name,
    open: (signal) => openInTime(address, { ...options, live: true, signal }),
    reconnect: options.reconnect,
    notify: options.onNotice,
  });
}

/** Opens, but waits no longer than a live source may be silent. */
async function openInTime(address: Address, options: VideoReaderOptions): Promise<PictureReader> {
  const seconds = options.reconnect?.patience ?? defaultPatience;
  const late = AbortSignal.timeout(seconds * 1000);
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  try {
    return await openVideo(address, { ...options, signal });
  } catch (error) {
    if (!late.aborted || options.signal?.aborted) throw error;
    throw new FairmotError(`Expected ${options.name} to answer within ${seconds} s but received nothing`, {
      hint: hintForUnreadable(options.name),
    });
  }
}

function openImages(paths: readonly string[], options: SourceOptions): Promise<PictureReader> {
  return ImageReader.open(paths, options, (path) => imageThroughFfmpeg(path, options));
}

async function imagesFromPattern(source: string): Promise<string[]> {
  if (isGlob(source)) return imagesFromGlob(source);
  throw new FairmotError(
    `Expected a video, a folder or a pattern of images, a URL or a camera but received ${source}, which does not exist`,
    {
      hint: 'check the path; a camera is named 0, 1 ... or camera:NAME',
    },
  );
}

async function imageThroughFfmpeg(path: string, options: SourceOptions): Promise<RgbImage> {
  const { backend = 'auto' } = options;
  const reader = await openVideo(addressFromFile(path), { backend, kind: 'video', live: false, name: path });
  try {
    const target = Buffer.alloc(reader.width * reader.height * 3 + 64);
    if (!(await reader.next()) || !(await reader.convert(target))) {
      throw new FairmotError(`Expected an image in ${path} but received none`);
    }
    return { width: reader.width, height: reader.height, data: target.subarray(0, reader.width * reader.height * 3) };
  } finally {
    await reader.close();
  }
}
