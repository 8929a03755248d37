// The frames of a film: decoded where the machine can, or raw RGB of a file called NAME-WIDTHxHEIGHT.rgb.
import { closeSync, openSync, readSync } from 'node:fs';

/** Frames { width, height, data } in order. */
export async function* framesOf(path) {
  const raw = /-(\d+)x(\d+)\.rgb$/.exec(path);
  if (raw) {
    yield* rawFrames(path, Number(raw[1]), Number(raw[2]));
    return;
  }
  const { openSource } = await import('@trt-fairmot/media');
  yield* await openSource(path);
}

function* rawFrames(path, width, height) {
  const file = openSync(path, 'r');
  const size = 3 * width * height;
  try {
    for (;;) {
      const data = Buffer.alloc(size);
      if (readSync(file, data, 0, size, null) < size) return;
      yield { width, height, data };
    }
  } finally {
    closeSync(file);
  }
}
