import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const outputs = new Map<string, Promise<string | null>>();

/** What a program of FFmpeg prints, null where it is not on the PATH or fails. Asked once per PATH. */
export function programOutput(program: 'ffmpeg' | 'ffprobe', ...args: string[]): Promise<string | null> {
  const key = [process.env.PATH, program, ...args].join('\0');
  const output =
    outputs.get(key) ??
    run(program, args, { timeout: 20_000, windowsHide: true, maxBuffer: 1 << 24 }).then(
      ({ stdout }) => stdout,
      () => null,
    );
  outputs.set(key, output);
  return output;
}

/** First line of `ffmpeg -version`, null where the program is not on the PATH. */
export async function programVersion(program: 'ffmpeg' | 'ffprobe'): Promise<string | null> {
  return (await programOutput(program, '-version'))?.split('\n')[0]?.trim() ?? null;
}

/** A running FFmpeg and what it complains about. */
export interface Program {
  readonly child: ChildProcess;
  /** Lines of stderr, the last hundred. */
  readonly complaints: readonly string[];
  /** Resolves with the exit code; -1 where a signal ended it or it could not be started. */
  readonly ended: Promise<number>;
}

/** Starts ffmpeg in a process group of its own, so that a Ctrl-C reaches us first and we end it in order. */
export function startedFfmpeg(args: readonly string[], stdio: SpawnOptions['stdio']): Program {
  const detached = process.platform !== 'win32';
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args], {
    stdio,
    windowsHide: true,
    detached,
  });
  const complaints: string[] = [];
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    complaints.push(...lines.filter((line) => line.trim() !== ''));
    if (complaints.length > 100) complaints.splice(0, complaints.length - 100);
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      complaints.push(error.message);
      resolve(-1);
    });
    child.once('close', (code) => resolve(code ?? -1));
  });
  return { child, complaints, ended };
}
