import { execFileSync } from 'node:child_process';
import { describeWhere } from '@trt-fairmot/testing';
import { nodeAvProblem } from '../../src/node-av.js';
import type { Backend } from '../../src/types.js';

const nodeAvReason = await nodeAvProblem();

function ffmpegReason(): string | null {
  try {
    for (const program of ['ffmpeg', 'ffprobe']) execFileSync(program, ['-version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'no ffmpeg and ffprobe on the PATH';
  }
}

const reasons: Record<Backend, string | null> = {
  'node-av': nodeAvReason === null ? null : `node-av: ${nodeAvReason}`,
  ffmpeg: ffmpegReason(),
};

/** The same suite for each backend; skipped with the reason where one is absent. */
export function describeBackends(name: string, body: (backend: Backend) => void): void {
  for (const backend of ['node-av', 'ffmpeg'] as const) {
    describeWhere(reasons[backend], `${name} (${backend})`, () => body(backend));
  }
}

/** Why a test that needs this backend beside another is skipped; null where it runs. */
export const withoutNodeAv = reasons['node-av'];
export const withoutFfmpeg = reasons.ffmpeg;
