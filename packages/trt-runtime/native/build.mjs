// Builds the addon into ../build: node native/build.mjs. Without CMake, a C++ compiler or nvcc it says so and succeeds,
// since everything but the GPU works without it. TENSORRT_INCLUDE_DIR, or TENSORRT_ROOT, says where TensorRT's headers are.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

const source = import.meta.dirname;
const output = join(source, '..', 'build');

/** Full path of the first of the programs that is on the PATH. */
function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
    if (found) return found;
  }
  return null;
}

function headersFolder() {
  const { TENSORRT_INCLUDE_DIR, TENSORRT_ROOT } = process.env;
  if (TENSORRT_INCLUDE_DIR !== undefined) return TENSORRT_INCLUDE_DIR;
  const system = process.arch === 'arm64' ? '/usr/include/aarch64-linux-gnu' : '/usr/include/x86_64-linux-gnu';
  const candidates = [TENSORRT_ROOT && join(TENSORRT_ROOT, 'include'), system, '/usr/include'];
  return candidates.find((folder) => folder && existsSync(join(folder, 'NvInfer.h'))) ?? '';
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) console.error(`Expected to run ${command} but received: ${error.message}`);
  if (status !== 0) process.exit(1);
}

function main() {
  const missing = [
    onPath('cmake') ? null : 'CMake 3.25 or newer',
    onPath('c++', 'g++', 'clang++') ? null : 'a C++ compiler',
    onPath('nvcc') || process.env.CUDACXX ? null : 'nvcc (the CUDA toolkit)',
  ].filter((name) => name !== null);
  if (missing.length > 0 || process.platform !== 'linux') {
    const reason = process.platform === 'linux' ? `this machine lacks ${missing.join(', ')}` : 'it is for Linux';
    console.log(`left out: the TensorRT addon of @trt-fairmot/trt-runtime, since ${reason}`);
    return;
  }
  const headers = headersFolder();
  const { CUDA_ARCHITECTURES } = process.env;
  const architectures = CUDA_ARCHITECTURES ? [`-DCUDA_ARCHITECTURES=${CUDA_ARCHITECTURES}`] : [];
  run('cmake', ['-S', source, '-B', output, '-Wno-dev', `-DTENSORRT_INCLUDE_DIR=${headers}`, ...architectures]);
  run('cmake', ['--build', output, '--parallel', String(availableParallelism())]);
  console.log(headers ? `built with TensorRT's headers in ${headers}` : 'built without TensorRT headers');
}

main();
