// Brings pnpm and the dependencies, with nothing but Node and npm on the machine.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = join(import.meta.dirname, '..', '..');
// Spelt with a detour, since Nx takes folders under ROOT/node_modules off the PATH of its tasks, and pnpm lies there.
const bin = [root, 'tools', '..', 'node_modules', '.bin'].join(sep);
const windows = process.platform === 'win32';

/** Runs a command in the repository's root with node_modules/.bin on the PATH; ends this process if it fails. */
export function run(command, args, options = {}) {
  const status = tryRun(command, args, options);
  if (status !== 0) process.exit(status);
}

/** As `run`, but returns the exit code. */
export function tryRun(command, args, { env = {} } = {}) {
  const path = `${bin}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
    env: { ...process.env, PATH: path, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', ...env },
  });
  if (child.error) {
    console.error(`Expected to be able to run ${command} but received: ${child.error.message}`);
    return 3;
  }
  return child.status ?? 130;
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Expected Node 20.19 or newer but received ${process.versions.node}`);
  console.error('Hint: install a current Node.js from https://nodejs.org, then run the same command again');
  process.exit(3);
}

/** True where node_modules was installed from just this lockfile. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.pnpm', 'lock.yaml');
  if (!existsSync(installed)) return false;
  return readFileSync(installed, 'utf8') === readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
}

/** Installs the dependencies of the lockfile; a fraction of a second where that has been done. */
export function setup() {
  requireNode();
  if (isInstalled()) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  run('npm', ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', 'install', '--frozen-lockfile']);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) setup();
