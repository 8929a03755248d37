// The last lines of a run: what was done and where the time went.
import type { CpuDetectorStats } from '@trt-fairmot/cpu-runtime';
import type { TrackingSummary } from './track-frames.js';

const perFrame = (ms: number, frames: number) => `${(ms / Math.max(1, frames)).toFixed(1)} ms`;

/** `195 frames in 19.2 s (10.2 fps), 21 tracks` and a line of stages. */
export function summaryLines(summary: TrackingSummary, stats: CpuDetectorStats | null): string[] {
  const { frames, tracks, elapsedMs, interrupted } = summary;
  const rate = elapsedMs > 0 ? (1000 * frames) / elapsedMs : 0;
  const mark = interrupted ? '✗ interrupted:' : '✓';
  const first = `${mark} ${frames} frames in ${(elapsedMs / 1000).toFixed(1)} s (${rate.toFixed(1)} fps), ${tracks} tracks`;
  const stages: [string, number][] = [
    ['waiting for frames', summary.waitForFrameMs],
    ...(stats
      ? ([
          ['letterbox', stats.letterboxMs],
          ['network', stats.networkMs],
          ['decode', stats.decodeMs],
        ] as [string, number][])
      : []),
    ['tracker', summary.trackerMs],
    ['outputs', summary.outputMs],
  ];
  const text = stages.map(([name, ms]) => `${name} ${perFrame(ms, frames)}`).join(', ');
  return [first, `  per frame: ${text} (stages overlap)`];
}
