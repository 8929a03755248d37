// What this machine has of what TensorRT needs. Looked up in a child process: a broken driver or library cannot end the program.
import { execFile } from 'node:child_process';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { addonCandidates, loadFirst } from './load-addon.js';
import type { NativeCudaProbe, NativeTensorrtProbe } from './native-addon.js';

/** A GPU. */
export interface GpuInfo {
  /** The number to give as `device`. */
  readonly index: number;
  readonly name: string;
  /** "9.0" for an H100. */
  readonly computeCapability: string;
  readonly memoryBytes: number;
  readonly multiprocessors: number;
}

/** Something missing, and what to do about it. */
export interface ProbeProblem {
  readonly part: 'addon' | 'driver' | 'gpu' | 'tensorrt' | 'onnx-parser' | 'plugin';
  readonly message: string;
  readonly hint: string;
}

/** What `probe` found. */
export interface ProbeResult {
  /** Whether engines can be loaded and run. */
  readonly ready: boolean;
  readonly problems: readonly ProbeProblem[];
  /** File of the native addon, or null. */
  readonly addon: string | null;
  /** GPUs the addon has machine code for, as nvcc names them. */
  readonly cudaArchitectures: string | null;
  /** Newest CUDA version the driver supports, or null without a driver. */
  readonly driverVersion: string | null;
  /** CUDA version of the addon. */
  readonly cudaVersion: string | null;
  readonly gpus: readonly GpuInfo[];
  /** Version the addon was built for; null when it was built without TensorRT. */
  readonly tensorrtExpected: string | null;
  readonly tensorrtFound: string | null;
  readonly tensorrtPath: string | null;
  /** Plugins of the libraries asked for, as `name@version`, or null where not all could be loaded. */
  readonly plugins: readonly string[] | null;
}

/** Where `probe` looks. */
export interface ProbeOptions {
  /** Folder of TensorRT's libraries, before TENSORRT_ROOT and the loader's own places. */
  readonly tensorrtFolder?: string;
  /** Plugin libraries that should load, by path. */
  readonly plugins?: readonly string[];
}

interface ChildReport {
  readonly cuda: NativeCudaProbe;
  readonly tensorrt: NativeTensorrtProbe;
  readonly cudaArchitectures: string;
  readonly plugins: readonly string[] | null;
  readonly pluginError: { readonly message: string; readonly hint?: string } | null;
}

const script = `
const [file, options] = process.argv.slice(1);
const { tensorrtFolder, plugins } = JSON.parse(options);
const addon = require(file);
if (tensorrtFolder) addon.setTensorrtFolder(tensorrtFolder);
const report = { cuda: addon.probeCuda(), tensorrt: addon.probeTensorrt(), cudaArchitectures: addon.cudaArchitectures };
const loading = plugins.length > 0 && report.tensorrt.found ? addon.pluginsLoad(plugins) : Promise.resolve(null);
loading.then((names) => ({ plugins: names, pluginError: null }),
  ({ message, hint }) => ({ plugins: null, pluginError: { message, hint } }))
  .then((result) => process.stdout.write('\\n' + JSON.stringify({ ...report, ...result })));
`;

/**
 * Says what this machine has, and what to do about each thing it lacks. Never throws for something missing.
 *
 * @example
 * const { ready, problems } = await probe();
 * for (const { message, hint } of problems) console.error(`${message}\n  ${hint}`);
 */
export async function probe(options: ProbeOptions = {}): Promise<ProbeResult> {
  const nothing = {
    cudaArchitectures: null,
    driverVersion: null,
    cudaVersion: null,
    gpus: [],
    tensorrtExpected: null,
    tensorrtFound: null,
    tensorrtPath: null,
    plugins: null,
  };
  let file: string | null = null;
  try {
    ({ file } = await loadFirst(addonCandidates()));
    const report = await reportFromChild(file, options);
    const problems = problemsFrom(report);
    return {
      ready: problems.every(({ part }) => part === 'onnx-parser'),
      problems,
      addon: file,
      ...findingsFrom(report),
    };
  } catch (error) {
    const { message, hint } = error as FairmotError;
    const problem = { part: 'addon' as const, message, hint: hint ?? 'build it again: npm run native' };
    return { ready: false, problems: [problem], addon: file, ...nothing };
  }
}

function findingsFrom({ cuda, tensorrt, cudaArchitectures, plugins }: ChildReport) {
  return {
    cudaArchitectures,
    driverVersion: cuda.driverVersion,
    cudaVersion: cuda.runtimeVersion,
    gpus: cuda.devices,
    tensorrtExpected: tensorrt.expected || null,
    tensorrtFound: tensorrt.found || null,
    tensorrtPath: tensorrt.path || null,
    plugins,
  };
}

function reportFromChild(file: string, { tensorrtFolder, plugins = [] }: ProbeOptions): Promise<ChildReport> {
  const args = ['-e', script, file, JSON.stringify({ tensorrtFolder, plugins })];
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, timeout: 120_000 }, (error, stdout) => {
      if (!error) {
        resolve(JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)));
        return;
      }
      const reason = error.signal ? `a crash with ${error.signal}` : error.message;
      reject(
        new FairmotError(`Expected the native addon to look at the GPU but received ${reason}`, {
          kind: 'environment',
          hint: 'run nvidia-smi; if it fails too, the driver is broken; else build the addon again: npm run native',
          cause: error,
        }),
      );
    });
  });
}

/** What is missing, in the order in which to see to it. */
export function problemsFrom({ cuda, tensorrt, pluginError }: ChildReport): ProbeProblem[] {
  const problems: ProbeProblem[] = [];
  if (cuda.driverVersion === null) {
    problems.push({
      part: 'driver',
      message: `Expected an NVIDIA driver for CUDA ${cuda.runtimeVersion} but received none`,
      hint: 'install the driver; in a container, start it with --gpus all; without a GPU use --device cpu',
    });
  } else if (cuda.error !== null) {
    problems.push({
      part: /InsufficientDriver/.test(cuda.error) ? 'driver' : 'gpu',
      message: /InsufficientDriver/.test(cuda.error)
        ? `Expected a driver for CUDA ${cuda.runtimeVersion} but received one for ${cuda.driverVersion}`
        : cuda.error,
      hint: 'run nvidia-smi; update the driver, or unset CUDA_VISIBLE_DEVICES where it hides the GPU',
    });
  } else if (cuda.devices.length === 0) {
    problems.push({ part: 'gpu', message: 'Expected an NVIDIA GPU but received none', hint: 'run nvidia-smi -L' });
  }
  if (!tensorrt.built) {
    problems.push({
      part: 'tensorrt',
      message: "Expected an addon built with TensorRT's headers but received one built without TensorRT headers",
      hint: 'build it again with TENSORRT_INCLUDE_DIR set to the folder that holds NvInfer.h: npm run native',
    });
  } else if (tensorrt.error) {
    problems.push({
      part: tensorrt.found ? 'onnx-parser' : 'tensorrt',
      message: tensorrt.error,
      hint: `install TensorRT ${tensorrt.expected} or newer of that major version, and set TENSORRT_ROOT or LD_LIBRARY_PATH to its folder`,
    });
  }
  if (pluginError) {
    problems.push({
      part: 'plugin',
      message: pluginError.message,
      hint: pluginError.hint ?? 'build it again: npm run native',
    });
  }
  return problems;
}
