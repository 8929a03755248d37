// A file in its own time, as a camera would give it.
import { setTimeout as wait } from 'node:timers/promises';
import type { Frame } from '@trt-fairmot/media';

/** Further behind than this, the lost time is not made up for. */
const patienceMs = 200;

/** Holds every frame back until its time; frames that are late are given at once. */
export async function* pacedFrames(frames: AsyncIterable<Frame>, signal?: AbortSignal): AsyncGenerator<Frame> {
  let base: number | null = null;
  for await (const frame of frames) {
    const now = performance.now();
    base ??= now - frame.time * 1000;
    const early = base + frame.time * 1000 - now;
    if (early < -patienceMs) base = now - frame.time * 1000;
    if (early > 1) await wait(early, undefined, signal ? { signal } : {}).catch(() => undefined);
    if (signal?.aborted) return;
    yield frame;
  }
}
