// Runs the built command as a user would.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
export const film = join(root, 'tools', 'demo', 'pedestrians.mp4');
export const checkpoint = join(root, 'tools', 'demo', 'fairmot-dla34-half.pth');
export const calibrationImages = join(root, 'calib', 'images');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  readonly onStart?: (child: ChildProcess) => void;
}

// picocolors takes any FORCE_COLOR, even 0, for a wish for colours.
const { FORCE_COLOR: _, ...inherited } = process.env;
const plain = { ...inherited, NO_COLOR: '1' };

/** Waits for `fairmot ARGS` to end. */
export function runFairmot(args: readonly string[], { input, env, onStart }: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'dist', 'fairmot.js'), ...args], {
    env: { ...plain, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  onStart?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
