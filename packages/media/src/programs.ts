import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const found = new Map<string, Promise<string | null>>();

/** First line of `ffmpeg -version` (or ffprobe), null where the program is not on the PATH. */
export function programVersion(program: 'ffmpeg' | 'ffprobe'): Promise<string | null> {
  const key = `${program}:${process.env.PATH}`;
  const version =
    found.get(key) ??
    run(program, ['-version'], { timeout: 20_000, windowsHide: true }).then(
      ({ stdout }) => stdout.split('\n')[0]?.trim() ?? null,
      () => null,
    );
  found.set(key, version);
  return version;
}
