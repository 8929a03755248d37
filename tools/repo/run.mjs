// Sets the workspace up, then runs the named Nx targets in every package: node tools/repo/run.mjs build lint
import { pathToFileURL } from 'node:url';
import { setup, tryRun } from './setup.mjs';

/** Runs Nx targets over all packages and returns the exit code. */
export function runTargets(...targets) {
  setup();
  return tryRun('nx', ['run-many', '-t', ...targets, '--outputStyle=stream']);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exit(runTargets(...process.argv.slice(2)));
}
