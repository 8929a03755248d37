import { resolve } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { SourceOptions } from './types.js';

/** Where FFmpeg should read from: `format` names a demuxer or device ('v4l2'), without one it guesses. */
export interface Address {
  readonly url: string;
  readonly format?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** Options whose meaning differs between versions of FFmpeg: for node-av only, whose version is known. */
  readonly libraryOptions?: Readonly<Record<string, string>>;
}

const patience = String(15e6); // microseconds

const liveScheme = /^(rtsp|rtsps|rtmp|rtmps|rtp|udp|srt|tcp):/i;

/** 'file:' keeps names such as 'a:b.mp4' or '-x.mp4' from being taken for something else. */
export function addressFromFile(path: string): Address {
  return { url: `file:${resolve(path)}` };
}

export function isUrl(source: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(source);
}

/** A stream that comes in its own time: frames nobody took are dropped. */
export function isLive(url: string): boolean {
  return liveScheme.test(url);
}

/** An address as it may be shown: without user name and password. */
export function withoutPassword(source: string): string {
  return source.replace(/^([a-z][a-z0-9+.-]+:\/\/)[^/?#]*@/i, '$1');
}

export function addressFromUrl(url: string): Address {
  if (/^rtsps?:/i.test(url)) return { url, options: { rtsp_transport: 'tcp' }, libraryOptions: { timeout: patience } };
  return /^https?:/i.test(url) ? { url, libraryOptions: { rw_timeout: patience } } : { url };
}

/** The camera a source names ('0', 'camera:NAME', '/dev/video0'), null where it names none. */
export function cameraName(source: string): string | null {
  if (/^\d+$/.test(source)) return source;
  if (source.startsWith('camera:')) return source.slice('camera:'.length);
  return /^\/dev\/video\d+$/.test(source) ? source : null;
}

/** The camera as the platform's capture device: v4l2, avfoundation or dshow. */
export function addressFromCamera(name: string, options: SourceOptions, platform = process.platform): Address {
  const size = options.cameraSize && { video_size: `${options.cameraSize.width}x${options.cameraSize.height}` };
  if (platform === 'linux') {
    return { url: /^\d+$/.test(name) ? `/dev/video${name}` : name, format: 'v4l2', options: { ...size } };
  }
  if (platform === 'darwin') return { url: name, format: 'avfoundation', options: { framerate: '30', ...size } };
  if (platform === 'win32') {
    return { url: `video=${name}`, format: 'dshow', options: { ...size } };
  }
  throw new FairmotError(`Expected Linux, macOS or Windows for a camera but received ${platform}`, {
    kind: 'environment',
  });
}
