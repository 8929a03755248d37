// The only door to node-av: its low-level API, loaded when first needed. (The high-level one needs Node 22.)
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { Codec } from 'node-av/lib';

export type AvLib = typeof import('node-av/lib');
export type AvConstants = typeof import('node-av/constants');
export type Av = AvLib & { readonly constants: AvConstants; readonly again: number; readonly eof: number };

let loading: Promise<Av> | undefined;

async function loadedNodeAv(): Promise<Av> {
  const [lib, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')]);
  lib.Log.setLevel(constants.AV_LOG_QUIET);
  const again = lib.FFmpegError.AVERROR(lib.PosixError.EAGAIN);
  return { ...lib, constants, again, eof: constants.AVERROR_EOF };
}

/** node-av, or the reason why it cannot be loaded. */
export function nodeAv(): Promise<Av> {
  loading ??= loadedNodeAv();
  return loading;
}

/** Why node-av cannot be used here; null where it can. */
export async function nodeAvProblem(): Promise<string | null> {
  try {
    await nodeAv();
    return null;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return /Cannot find (package|module)|ERR_MODULE_NOT_FOUND/.test(text)
      ? 'not installed'
      : (text.split('\n')[0] ?? text);
  }
}

/** The encoder of that name, null where this FFmpeg lacks it. */
export function encoderByName(av: Av, name: string): Codec | null {
  return av.Codec.findEncoderByName(name as unknown as Parameters<typeof av.Codec.findEncoderByName>[0]);
}

/** Throws for a negative FFmpeg status; `expected` begins the sentence: 'Expected a video in x.mp4'. */
export function checkAv(av: Av, status: number, expected: string, hint?: string): number {
  if (status >= 0) return status;
  throw new FairmotError(
    `${expected} but received "${av.FFmpegError.strerror(status)}" from FFmpeg`,
    hint ? { hint } : {},
  );
}
