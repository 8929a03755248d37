// A step in a process of its own, so that one that fails takes no other with it.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/**
 * Runs a command and returns the JSON object on the last line of its output, or `{ error }`.
 *
 * @param limitSeconds then the process is ended, and `late` is true beside the error
 * @param onJson gets the object of every line of the output that is one, as soon as it is there
 * @param log file that keeps the error output
 */
export function jsonFrom(command, args, { env = {}, limitSeconds = 600, onJson = () => {}, log } = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [rest, last, errors, late] = ['', '', '', false];
  const kept = log ? createWriteStream(log) : null;
  const take = (line) => {
    if (line.trim() === '') return;
    last = line.trim();
    const found = objectFrom(last);
    if (found) onJson(found);
  };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) take(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-20_000);
    kept?.write(text);
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
    // Processes that it started may hold them open.
    child.stdout.destroy();
    child.stderr.destroy();
  }, 1000 * limitSeconds);
  return new Promise((resolve) => {
    const end = (result) => {
      clearTimeout(timer);
      kept?.end();
      resolve(result);
    };
    child.on('error', (error) => end({ error: `${command} does not start: ${error.message}` }));
    child.on('close', (code, signal) => {
      if (late) return end({ error: `took longer than ${limitSeconds} s`, late });
      take(rest);
      const found = code === 0 && objectFrom(last);
      if (found) return end(found);
      end({ error: `ended with ${signal ?? `code ${code}`}: ${reasonFrom(errors) || last || 'no message'}` });
    });
  });
}

function objectFrom(line) {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The line of an error output that says most: the last that is not a stack's. */
export function reasonFrom(errors) {
  const lines = errors.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v|^\s*\^/.test(line));
  return (lines.at(-1) ?? '').trim().slice(0, 300);
}
