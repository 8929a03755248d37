// Finds and loads the native addon, once. Each file is first tried in a child process, where a crash does no harm.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { NativeAddon } from './native-addon.js';
import { withFairmotErrors } from './native-error.js';

const require = createRequire(import.meta.url);

/** Where an addon may lie, and the error that kept it from being used. */
export interface AddonCandidate {
  readonly path: string;
  readonly origin: 'TRT_FAIRMOT_ADDON' | 'local build' | 'platform package';
}

/** In order: the file named by the environment, the local build, this platform's package. */
export function addonCandidates(environment: NodeJS.ProcessEnv = process.env): AddonCandidate[] {
  const named = environment.TRT_FAIRMOT_ADDON;
  if (named) return [{ path: named, origin: 'TRT_FAIRMOT_ADDON' }];
  const local = fileURLToPath(new URL('../build/trt_fairmot.node', import.meta.url));
  return [
    { path: local, origin: 'local build' },
    {
      path: `@trt-fairmot/trt-runtime-${process.platform}-${process.arch}/trt_fairmot.node`,
      origin: 'platform package',
    },
  ];
}

/** The file of a candidate, or why there is none. */
function fileOf({ path, origin }: AddonCandidate): { file: string } | { reason: string } {
  if (origin !== 'platform package') {
    return existsSync(path) ? { file: path } : { reason: `${path} does not exist` };
  }
  try {
    return { file: require.resolve(path) };
  } catch {
    return { reason: `${path} is not installed` };
  }
}

/** Loads the file in a child process; null, or why it failed there. */
export function failureInChild(file: string): Promise<string | null> {
  return new Promise((resolve) => {
    const script = `try { require(process.argv[1]); } catch (error) { console.log(error.message); process.exit(1); }`;
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    execFile(process.execPath, ['-e', script, file], { env, timeout: 60_000 }, (error, stdout) => {
      if (!error) resolve(null);
      else if (error.signal) resolve(`${file} crashed with ${error.signal} when loaded`);
      else resolve(`${file}: ${stdout.trim().split('\n')[0] || error.message}`);
    });
  });
}

let loading: Promise<NativeAddon> | undefined;

/**
 * The native addon, loaded on first use.
 *
 * @throws FairmotError (kind environment) that lists every place tried and what to do
 */
export function loadAddon(): Promise<NativeAddon> {
  loading ??= loadFirst(addonCandidates()).then(({ addon }) => addon);
  // A failure is not remembered: the addon may be built meanwhile.
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** The first candidate that loads. */
export async function loadFirst(candidates: readonly AddonCandidate[]): Promise<{ addon: NativeAddon; file: string }> {
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const found = fileOf(candidate);
    const reason = 'reason' in found ? found.reason : await failureInChild(found.file);
    if (reason !== null || !('file' in found)) {
      reasons.push(`${candidate.origin}: ${reason}`);
      continue;
    }
    return { addon: withFairmotErrors(require(found.file) as NativeAddon), file: found.file };
  }
  throw new FairmotError(
    `Expected the native addon for ${process.platform}-${process.arch} but received: ${reasons.join('; ')}`,
    {
      kind: 'environment',
      hint: hintFor(reasons.join('\n')),
    },
  );
}

function hintFor(reasons: string): string {
  const steps = ['build it where CMake, g++ and nvcc are installed: npm run native, in the repository'];
  if (process.platform !== 'linux') steps.unshift('use Linux: TensorRT support is for Linux only');
  if (/GLIBC|GLIBCXX/.test(reasons)) steps.push('or use a distribution with a newer glibc and libstdc++');
  if (/NODE_MODULE_VERSION|invalid ELF|wrong ELF/i.test(reasons))
    steps.push('or remove a build made for another machine');
  return `${steps.join('; ')}; without a GPU use --device cpu`;
}
