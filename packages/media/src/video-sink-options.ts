import { extname } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { Backend } from './types.js';

export interface VideoSinkOptions {
  /** Size of every image written. An odd size is rounded up to even in the file by repeating the last column or row. */
  readonly width: number;
  readonly height: number;
  /** Frames per second of the file. */
  readonly frameRate: number;
  /** 'auto' takes node-av where it is installed, else ffmpeg on the PATH. */
  readonly backend?: Backend | 'auto';
  /** Replace an existing file; default false. */
  readonly overwrite?: boolean;
  /** Constant rate factor of the encoder, 0 (best) to 51; default 23. */
  readonly crf?: number;
  /** x264 preset, from 'ultrafast' to 'veryslow'; default 'veryfast'. */
  readonly preset?: string;
  /** Encoder threads; default 1. */
  readonly threads?: number;
}

/** Encoders to try for a container, best first. */
export interface Container {
  /** FFmpeg's name of the muxer. */
  readonly muxer: string;
  readonly encoders: readonly string[];
}

const h264 = ['libx264', 'libopenh264', 'h264_videotoolbox', 'h264_mf', 'mpeg4'];
const containers: Readonly<Record<string, Container>> = {
  '.mp4': { muxer: 'mp4', encoders: h264 },
  '.m4v': { muxer: 'mp4', encoders: h264 },
  '.mov': { muxer: 'mov', encoders: h264 },
  '.mkv': { muxer: 'matroska', encoders: h264 },
  '.avi': { muxer: 'avi', encoders: h264 },
  '.ts': { muxer: 'mpegts', encoders: h264 },
  '.webm': { muxer: 'webm', encoders: ['libvpx', 'libvpx-vp9'] },
};

/** What the file name's extension asks for. */
export function containerFromPath(path: string): Container {
  if (path === '-') return { muxer: 'matroska', encoders: h264 };
  const container = containers[extname(path).toLowerCase()];
  if (container) return container;
  throw new FairmotError(`Expected a video name ending in ${Object.keys(containers).join(', ')} but received ${path}`, {
    kind: 'usage',
    hint: 'name the output tracks.mp4, for example',
  });
}

/** Options of an encoder for the wanted quality. */
export function encoderOptions(encoder: string, options: VideoSinkOptions): Record<string, string> {
  const crf = options.crf ?? 23;
  if (encoder === 'libx264') return { preset: options.preset ?? 'veryfast', crf: String(crf) };
  if (encoder === 'libvpx') return { deadline: 'realtime', 'cpu-used': '8', crf: String(Math.min(63, crf)), b: '4M' };
  if (encoder === 'libvpx-vp9')
    return { deadline: 'realtime', 'cpu-used': '8', crf: String(Math.min(63, crf)), b: '0' };
  return {};
}

/** A pipe cannot be rewound, so an MP4 on it comes in fragments. */
export function muxerOptions({ muxer }: Container, direct: boolean): Record<string, string> {
  return direct && (muxer === 'mp4' || muxer === 'mov') ? { movflags: 'frag_keyframe+empty_moov' } : {};
}

/** Bit rate for encoders without a constant-quality mode: about 0.1 bit a pixel. */
export function bitRateOf({ width, height, frameRate }: VideoSinkOptions): number {
  return Math.max(500_000, Math.round(width * height * frameRate * 0.1));
}

const presets = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'];

/** @throws FairmotError kind 'usage' for what no encoder takes. */
export function checkVideoSinkOptions({ width, height, frameRate, crf, preset }: VideoSinkOptions): void {
  const size = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!size)
    throw new FairmotError(`Expected a video size in whole pixels but received ${width}x${height}`, { kind: 'usage' });
  if (!(frameRate > 0 && frameRate <= 1000)) {
    throw new FairmotError(`Expected a frame rate above 0 and up to 1000 but received ${frameRate}`, { kind: 'usage' });
  }
  if (preset !== undefined && !presets.includes(preset)) {
    throw new FairmotError(`Expected a preset of ${presets.join(', ')} but received ${preset}`, { kind: 'usage' });
  }
  if (crf !== undefined && !(crf >= 0 && crf <= 51)) {
    throw new FairmotError(`Expected crf from 0 to 51 but received ${crf}`, { kind: 'usage' });
  }
}

export const even = (size: number): number => size + (size % 2);
