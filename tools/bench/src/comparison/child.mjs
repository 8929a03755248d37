// A step in a process of its own, so that one that fails takes no other with it.
import { spawn } from 'node:child_process';

/**
 * Runs a command and returns the JSON object on the last line of its output, or `{ error }`.
 *
 * @param limitSeconds then the process is ended
 */
export function jsonFrom(command, args, { env = {}, limitSeconds = 600 } = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors, late] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-20_000);
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, 1000 * limitSeconds);
  return new Promise((resolve) => {
    const end = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    child.on('error', (error) => end({ error: `${command} does not start: ${error.message}` }));
    child.on('close', (code, signal) => {
      const last = output.trim().split('\n').at(-1) ?? '';
      if (late) return end({ error: `took longer than ${limitSeconds} s` });
      try {
        if (code === 0) return end(JSON.parse(last));
      } catch {
        // said below
      }
      end({ error: `ended with ${signal ?? `code ${code}`}: ${reasonFrom(errors) || last || 'no message'}` });
    });
  });
}

/** The line of an error output that says most: the last that is not a stack's. */
export function reasonFrom(errors) {
  const lines = errors.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v|^\s*\^/.test(line));
  return (lines.at(-1) ?? '').trim().slice(0, 300);
}
