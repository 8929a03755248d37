// A film over and over, as one long film.
import type { Frame, FrameSource } from '@trt-fairmot/media';

/**
 * The frames of `first`, then those of every source that `open` gives, numbers and times going on.
 * Ends where the signal is aborted.
 */
export async function* loopedFrames(
  first: FrameSource,
  open: () => Promise<FrameSource>,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  let base = { index: 0, time: 0 };
  for (let source = first; ; source = await open()) {
    let last = base;
    for await (const frame of source) {
      last = { index: base.index + frame.index, time: base.time + frame.time };
      yield { ...frame, ...last };
    }
    if (signal.aborted) return;
    base = { index: last.index, time: last.time + 1 / source.frameRate };
  }
}
