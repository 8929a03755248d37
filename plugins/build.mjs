// Builds the plugin library into build/: node build.mjs. TENSORRT_INCLUDE_DIR, or TENSORRT_ROOT, says where TensorRT's headers are.
// Without them, or without CMake, a C++ compiler or nvcc, it says so and succeeds: everything but the GPU works without.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const { TENSORRT_INCLUDE_DIR, TENSORRT_ROOT, CUDA_ARCHITECTURES } = process.env;
const here = import.meta.dirname;
const output = join(here, 'build');

const runs = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const candidates = [
  TENSORRT_INCLUDE_DIR,
  TENSORRT_ROOT && join(TENSORRT_ROOT, 'include'),
  process.arch === 'arm64' ? '/usr/include/aarch64-linux-gnu' : '/usr/include/x86_64-linux-gnu',
];
const headers = candidates.find((folder) => folder && existsSync(join(folder, 'NvInfer.h')));

function missing() {
  if (process.platform !== 'linux') return 'it is for Linux';
  const tools = { cmake: 'CMake', 'c++': 'a C++ compiler', nvcc: 'nvcc (the CUDA toolkit)' };
  const absent = Object.entries(tools).flatMap(([command, name]) => (runs(command) ? [] : [name]));
  if (absent.length > 0) return `this machine lacks ${absent.join(', ')}`;
  return headers ? null : 'TENSORRT_INCLUDE_DIR names no folder with NvInfer.h';
}

function run(args) {
  const { status } = spawnSync('cmake', args, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

const reason = missing();
if (reason) {
  console.log(`left out: the plugin library for TensorRT, since ${reason}`);
} else {
  const architectures = CUDA_ARCHITECTURES ? [`-DPLUGIN_ARCHITECTURES=${CUDA_ARCHITECTURES}`] : [];
  run(['-S', here, '-B', output, '-DCMAKE_BUILD_TYPE=Release', `-DTENSORRT_INCLUDE_DIR=${headers}`, ...architectures]);
  run(['--build', output, '--parallel', String(availableParallelism()), '--target', 'trt_fairmot_plugins']);
}
