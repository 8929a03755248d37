// fairmot doctor: what this machine can run and what to do about the rest.
import pc from 'picocolors';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import type { Check } from '../doctor/check.js';
import { runChecks } from '../doctor/checks.js';

const marks = { ok: pc.green('✓'), missing: pc.yellow('!'), failed: pc.red('✗') };

/** The report's lines. */
export function doctorLines(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.flatMap(({ name, state, found, advice }) => [
    `${marks[state]} ${name.padEnd(width)}  ${found}`,
    ...(advice && state !== 'ok' ? [`  ${' '.repeat(width)}  ${pc.dim(`→ ${advice}`)}`] : []),
  ]);
}

/** Prints the report; exit code 3 if the main job cannot run here. */
export async function doctor(options: { json: boolean }): Promise<ExitCode> {
  const checks = await runChecks();
  const ready = checks.every(({ state }) => state !== 'failed');
  const onGpu =
    checks.some(({ name }) => name.startsWith('GPU')) &&
    checks.every(({ name, state }) => state === 'ok' || name.startsWith('video'));
  if (options.json) console.log(JSON.stringify({ ready, checks }, null, 2));
  else {
    for (const line of doctorLines(checks)) console.log(line);
    console.log(
      ready ? `\nReady to track on ${onGpu ? 'the GPU and the CPU' : 'the CPU'}.` : '\nNot ready: see ✗ above.',
    );
  }
  return ready ? exitCode.ok : exitCode.environment;
}
