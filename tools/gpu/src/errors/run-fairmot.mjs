// The built command as a child process.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const command = join(import.meta.dirname, '..', '..', '..', '..', 'packages', 'app', 'dist', 'fairmot.js');

/** @param env changes to the environment; undefined takes a variable away */
export function runFairmot(args, env = {}) {
  const changed = { ...process.env, NO_COLOR: '1', ...env };
  for (const name of Object.keys(changed)) if (changed[name] === undefined) delete changed[name];
  const options = { encoding: 'utf8', env: changed, timeout: 120_000 };
  const { status: code, signal, stdout, stderr } = spawnSync(process.execPath, [command, ...args], options);
  return { code, signal, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** The error and its hint in one line. */
export function sentenceOf({ stderr }) {
  const lines = stderr.split('\n').filter((line) => /^(error|hint):/.test(line));
  return (lines.length > 0 ? lines : stderr.trim().split('\n').slice(-2)).join(' | ').slice(0, 400);
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** The error of a call that must fail. */
export async function errorOf(call, what) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: expected an error but received none`);
}
