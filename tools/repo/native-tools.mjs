// Prints which tools for native code this machine has, so that Nx does not replay a `native` target across a change of them.
import { spawnSync } from 'node:child_process';

const versions = Object.fromEntries(
  ['cmake', 'c++', 'nvcc'].map((tool) => {
    const { status, stdout } = spawnSync(tool, ['--version'], { encoding: 'utf8' });
    return [tool, status === 0 ? stdout.trim() : null];
  }),
);
console.log(
  JSON.stringify({ node: process.versions.modules, platform: `${process.platform}-${process.arch}`, ...versions }),
);
