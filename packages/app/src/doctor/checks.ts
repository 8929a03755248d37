// What this machine can run, one function for each thing worth knowing.
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { CpuDetector, loadOnnxRuntime } from '@trt-fairmot/cpu-runtime';
import { probeMedia } from '@trt-fairmot/media';
import { type ProbeResult, probe } from '@trt-fairmot/trt-runtime';
import { cacheFolder } from '../pipeline/cache-folder.js';
import { chosenModel } from '../pipeline/chosen-model.js';
import { demoModelPath } from '../pipeline/demo-model.js';
import { pluginLibraries } from '../pipeline/engine-file.js';
import { networkFile } from '../pipeline/network-file.js';
import type { Check } from './check.js';

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  const found = `${version} on ${process.platform}-${process.arch}`;
  if (enough) return { name: 'Node.js', state: 'ok', found };
  return { name: 'Node.js', state: 'failed', found, advice: 'install Node.js 20.19 or newer' };
}

export function checkMachine(): Check {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return {
    name: 'machine',
    state: 'ok',
    found: `${model}, ${availableParallelism()} threads, ${gibibytes(totalmem())} memory`,
  };
}

/** The demo network at a small size, where it is there: loads, runs, and deformable convolution works. */
export async function checkOnnxRuntime(): Promise<Check> {
  const name = 'ONNX Runtime (CPU)';
  try {
    const runtime = await loadOnnxRuntime();
    const version = runtime.env.versions.node ?? 'unknown version';
    if (!demoModelPath()) return { name, state: 'ok', found: version };
    const { path } = await networkFile(await chosenModel({ height: 64, width: 64 }), 16);
    const detector = await CpuDetector.create(path, { threads: 1 });
    await detector.detect({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) });
    await detector.close();
    return { name, state: 'ok', found: `${version}, ran the demo network` };
  } catch (error) {
    const advice = 'reinstall: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0';
    return { name, state: 'failed', found: reasonOf(error), advice };
  }
}

const videoAdvice = {
  'node-av': 'npm install node-av@6.1.1, or put FFmpeg on the PATH',
  ffmpeg: 'install FFmpeg with your package manager, or npm install node-av@6.1.1',
};

/** One check for each backend; lacking one of them is no failure. */
export async function checkVideo(): Promise<Check[]> {
  const { backends, chosen } = await probeMedia();
  return (['node-av', 'ffmpeg'] as const).map((backend): Check => {
    const { available, version, problem, encoders, licence } = backends[backend];
    const name = `video: ${backend}`;
    if (available) {
      const encoder = encoders[0] ?? 'no encoder we can use';
      return {
        name,
        state: 'ok',
        found: `FFmpeg ${version ?? 'of unknown version'} (${licence ?? 'unknown licence'}), ${encoder}`,
      };
    }
    const found = problem ?? 'absent';
    if (chosen) return { name, state: 'missing', found, advice: `not needed: ${chosen} does its work` };
    return { name, state: 'failed', found, advice: videoAdvice[backend] };
  });
}

/** GPU, driver, TensorRT and plugin. Lacking them is no failure: the CPU does the same work. */
export function checksFromProbe(found: ProbeResult, libraries: readonly string[]): Check[] {
  const gpus = found.gpus.map(({ index, name, computeCapability, memoryBytes }) => {
    const check: Check = {
      name: `GPU ${index}`,
      state: 'ok',
      found: `${name}, compute capability ${computeCapability}, ${gibibytes(memoryBytes)}, driver for CUDA ${found.driverVersion}`,
    };
    return check;
  });
  const problems = found.problems.map(
    ({ part, message, hint }): Check => ({ name: part, state: 'missing', found: message, advice: hint }),
  );
  const tensorrt: Check[] = found.tensorrtFound
    ? [{ name: 'TensorRT', state: 'ok', found: `${found.tensorrtFound} (${found.tensorrtPath})` }]
    : [];
  const plugin: Check = libraries[0]
    ? { name: 'DCNv2 plugin', state: 'ok', found: libraries[0] }
    : {
        name: 'DCNv2 plugin',
        state: 'missing',
        found: 'no plugin library',
        advice: 'npm run native (needs CMake, g++, nvcc and TensorRT headers)',
      };
  return [...gpus, ...tensorrt, ...problems, plugin].map((check) => ({ ...check, part: 'gpu' }));
}

export async function checkTensorrt(): Promise<Check[]> {
  const libraries = pluginLibraries();
  return checksFromProbe(await probe({ plugins: libraries }), libraries);
}

export function checkCache(): Check {
  const name = 'cache';
  const folder = cacheFolder();
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { name, state: 'ok', found: folder };
  } catch (error) {
    const advice = 'set FAIRMOT_CACHE_DIR to a folder that can be written';
    return { name, state: 'failed', found: reasonOf(error), advice };
  }
}

export function checkDemoModel(): Check {
  const path = demoModelPath();
  if (path && existsSync(dirname(path))) return { name: 'demo checkpoint', state: 'ok', found: path };
  const advice = 'give --model FILE.pth; the demo checkpoint is only in the repository';
  return { name: 'demo checkpoint', state: 'missing', found: 'not in this installation', advice };
}

/** Everything, in the order of the report. */
export async function runChecks(): Promise<Check[]> {
  return [
    checkNode(),
    checkMachine(),
    await checkOnnxRuntime(),
    ...(await checkVideo()),
    checkCache(),
    checkDemoModel(),
    ...(await checkTensorrt()),
  ];
}
