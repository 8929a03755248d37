// The last lines of a run: what was done and where the time went.
import type { TrackingSummary } from './track-frames.js';

/** `195 frames in 19.2 s (10.2 fps), 21 tracks`, and the milliseconds of a frame by stage. */
export function summaryLines(summary: TrackingSummary, detectorStages: Readonly<Record<string, number>>): string[] {
  const { frames, tracks, elapsedMs, interrupted } = summary;
  const rate = elapsedMs > 0 ? (1000 * frames) / elapsedMs : 0;
  const mark = interrupted ? '✗ interrupted:' : '✓';
  const first = `${mark} ${frames} frames in ${(elapsedMs / 1000).toFixed(1)} s (${rate.toFixed(1)} fps), ${tracks} tracks`;
  const mean = (ms: number) => ms / Math.max(1, frames);
  const stages = {
    'waiting for frames': mean(summary.waitForFrameMs),
    ...detectorStages,
    tracker: mean(summary.trackerMs),
    outputs: mean(summary.outputMs),
  };
  const text = Object.entries(stages).map(([name, ms]) => `${name} ${ms < 1 ? ms.toFixed(2) : ms.toFixed(1)}`);
  return [first, `  ms a frame: ${text.join(', ')} (stages overlap)`];
}
