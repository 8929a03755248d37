import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { Address } from './address.js';

const run = promisify(execFile);

/** What ffprobe tells of the best video stream. */
export interface VideoFacts {
  /** Position among the streams of the file. */
  readonly stream: number;
  /** Size as shown, after rotation. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly constantRate: boolean;
  /** Number of pictures; `exact` where the container counts them. */
  readonly total: { readonly count: number; readonly exact: boolean } | null;
  /** The source declares its length, in pictures, seconds or bytes: a file, not a stream. */
  readonly sized: boolean;
  /** Seeking lands on the right picture: the container stores times of presentation, and the frame rate is constant. */
  readonly seekable: boolean;
  /** Seconds from the start of the container to the first picture of the stream. */
  readonly delay: number;
}

interface ProbedStream {
  index: number;
  codec_type?: string;
  width?: number;
  height?: number;
  avg_frame_rate?: string;
  r_frame_rate?: string;
  start_time?: string;
  duration?: string;
  nb_frames?: string;
  disposition?: { attached_pic?: number };
  tags?: { rotate?: string };
  side_data_list?: { rotation?: number }[];
}

interface ProbedFormat {
  format_name?: string;
  duration?: string;
  start_time?: string;
  size?: string;
}

/** Asks ffprobe about a source. `name` is what the user called it. */
export async function videoFacts(address: Address, name: string, signal?: AbortSignal): Promise<VideoFacts> {
  const { streams = [], format = {} } = await probed(address, name, signal);
  const stream = streams.find((each) => each.codec_type === 'video' && !each.disposition?.attached_pic);
  if (!stream?.width || !stream.height) {
    const kinds = streams.map((each) => each.codec_type ?? 'unknown').join(', ');
    throw new FairmotError(`Expected a video stream in ${name} but received ${kinds ? `${kinds} only` : 'no streams'}`);
  }
  const turned = Math.abs(rotationOf(stream)) % 180 === 90;
  const average = ratio(stream.avg_frame_rate);
  const base = ratio(stream.r_frame_rate);
  const frameRate = average || base || 25;
  const total = totalOf(stream, streams.length === 1 ? Number(format.duration) : 0, frameRate);
  const constantRate = average > 0 && Math.abs(average - base) < base * 1e-4;
  return {
    stream: stream.index,
    width: turned ? stream.height : stream.width,
    height: turned ? stream.width : stream.height,
    frameRate,
    constantRate,
    seekable: constantRate && /^(mov|matroska|webm)/.test(format.format_name ?? ''),
    total,
    sized: total !== null || (!isPlaylist(format.format_name) && Number(format.size) > 0),
    delay: Number(stream.start_time) - Number(format.start_time) || 0,
  };
}

/** Times of all pictures in seconds from the first, in order of presentation, without decoding; null where the file has none. */
export async function pictureTimes(address: Address, stream: number): Promise<Float64Array | null> {
  const { stdout } = await run(
    'ffprobe',
    [
      ...['-v', 'error', '-select_streams', String(stream), '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'],
      ...inputArguments(address),
    ],
    { maxBuffer: 1 << 28, windowsHide: true },
  );
  const times = Float64Array.from(
    stdout.split(/[\s,]+/).filter((text) => /^-?[\d.]+$/.test(text)),
    Number,
  ).sort();
  return times.length === 0 ? null : times.map((time) => time - (times[0] as number));
}

/** A playlist (HLS, DASH) has a size in bytes that says nothing of the stream it names. */
export function isPlaylist(demuxer: string | null | undefined): boolean {
  return /^(hls|dash)\b/.test(demuxer ?? '');
}

/** Options and address as arguments of ffmpeg and ffprobe. */
export function inputArguments({ url, format, options = {} }: Address): string[] {
  const settings = Object.entries(options).flatMap(([key, value]) => [`-${key}`, value]);
  return [...(format ? ['-f', format] : []), ...settings, '-i', url];
}

async function probed(
  address: Address,
  name: string,
  signal?: AbortSignal,
): Promise<{ streams?: ProbedStream[]; format?: ProbedFormat }> {
  try {
    const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', ...inputArguments(address)];
    return JSON.parse((await run('ffprobe', args, { windowsHide: true, maxBuffer: 1 << 24, signal })).stdout);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const complaint = (error as { stderr?: string }).stderr?.trim().split('\n').pop() || (error as Error).message;
    throw new FairmotError(`Expected a video in ${name} but received "${reasonIn(complaint)}" from FFmpeg`, {
      hint: hintForUnreadable(name),
    });
  }
}

/** The hint for what FFmpeg cannot open. */
export function hintForUnreadable(name: string): string {
  return /^[a-z]+:\/\//i.test(name)
    ? 'check the address and that the stream is up'
    : 'it is no video, or it is damaged or incomplete; any format FFmpeg reads will do';
}

/** 'file:x.mp4: Invalid data found' -> 'Invalid data found'. */
export function reasonIn(complaint: string): string {
  return complaint.slice(complaint.lastIndexOf(': ') + 1).trim();
}

function rotationOf(stream: ProbedStream): number {
  const side = stream.side_data_list?.find((each) => each.rotation !== undefined)?.rotation;
  return Number(side ?? stream.tags?.rotate ?? 0) || 0;
}

function ratio(text: string | undefined): number {
  const [num = 0, den = 0] = (text ?? '').split('/').map(Number);
  return num > 0 && den > 0 ? num / den : 0;
}

function totalOf(stream: ProbedStream, alone: number, frameRate: number): VideoFacts['total'] {
  const counted = Number(stream.nb_frames);
  if (counted > 0) return { count: counted, exact: true };
  const seconds = Number(stream.duration) || alone;
  return seconds > 0 ? { count: Math.round(seconds * frameRate), exact: false } : null;
}
