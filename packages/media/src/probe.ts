import sharp from 'sharp';
import { encoderByName, nodeAv, nodeAvProblem } from './node-av.js';
import { programOutput, programVersion } from './programs.js';
import type { Backend } from './types.js';

/** What one backend can do here. */
export interface BackendReport {
  readonly available: boolean;
  /** FFmpeg's version; null where unavailable. */
  readonly version: string | null;
  /** Why it is unavailable; null where it is. */
  readonly problem: string | null;
  /** Of the video encoders `openVideoSink` uses, those it has. */
  readonly encoders: readonly string[];
  /** Licence of the FFmpeg build, from its configuration. */
  readonly licence: 'LGPL' | 'GPL' | 'nonfree' | null;
}

export interface MediaReport {
  readonly backends: Readonly<Record<Backend, BackendReport>>;
  /** The backend 'auto' takes; null where there is none. */
  readonly chosen: Backend | null;
  /** Version of sharp, which reads and writes still images. */
  readonly sharp: string;
}

const wanted = ['libx264', 'libopenh264', 'h264_videotoolbox', 'h264_mf', 'mpeg4', 'libvpx', 'libvpx-vp9'];

/**
 * Which backends for video are present, with their versions and encoders.
 *
 * @example
 * const { chosen, backends } = await probeMedia();
 * console.log(chosen, backends['node-av'].version); // node-av 8.1-Jellyfin
 */
export async function probeMedia(): Promise<MediaReport> {
  const backends = { 'node-av': await nodeAvReport(), ffmpeg: await ffmpegReport() };
  const chosen = (Object.keys(backends) as Backend[]).find((name) => backends[name].available) ?? null;
  return { backends, chosen, sharp: sharp.versions.sharp ?? 'unknown' };
}

async function nodeAvReport(): Promise<BackendReport> {
  const problem = await nodeAvProblem();
  if (problem !== null) return unavailable(problem);
  const av = await nodeAv();
  const { version, configuration } = av.getFFmpegInfo();
  const encoders = wanted.filter((name) => encoderByName(av, name));
  return { available: true, version, problem: null, encoders, licence: licenceFromConfiguration(configuration) };
}

async function ffmpegReport(): Promise<BackendReport> {
  for (const program of ['ffmpeg', 'ffprobe'] as const) {
    if (!(await programVersion(program))) return unavailable(`${program} is not on the PATH`);
  }
  const text = (await programOutput('ffmpeg', '-version')) ?? '';
  const listed = (await programOutput('ffmpeg', '-hide_banner', '-encoders')) ?? '';
  const names = new Set([...listed.matchAll(/^ V\S* (\S+)/gm)].map((match) => match[1]));
  return {
    available: true,
    version: /^ffmpeg version (\S+)/.exec(text)?.[1] ?? null,
    problem: null,
    encoders: wanted.filter((name) => names.has(name)),
    licence: licenceFromConfiguration(text),
  };
}

function unavailable(problem: string): BackendReport {
  return { available: false, version: null, problem, encoders: [], licence: null };
}

function licenceFromConfiguration(configuration: string): BackendReport['licence'] {
  if (configuration.includes('--enable-nonfree')) return 'nonfree';
  return configuration.includes('--enable-gpl') ? 'GPL' : 'LGPL';
}
