// Runs the command in this process: quicker than a process of its own, where only console output matters.
import { vi } from 'vitest';
import { main } from '../src/cli/program.js';
import type { Ran } from './run-fairmot.js';

/** Waits for `fairmot ARGS` to end. */
export async function runHere(args: readonly string[]): Promise<Ran> {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const error = vi.spyOn(console, 'error').mockReturnValue();
  try {
    const code = await main(args);
    return { code, stdout: log.mock.calls.flat().join('\n'), stderr: error.mock.calls.flat().join('\n') };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}
