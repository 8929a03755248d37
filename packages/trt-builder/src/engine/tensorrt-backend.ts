import { FairmotError } from '@trt-fairmot/onnx-export';
import { buildEngine, type ProbeResult, probe } from '@trt-fairmot/trt-runtime';
import type { EngineBackend, EngineMachine } from './engine-backend.js';

/**
 * The machine that a probe found, as engines see it.
 *
 * @param needs what it is for: building needs TensorRT's ONNX parser too
 * @throws FairmotError of kind 'environment' that names the first thing missing and what to do
 * @example
 * const machine = machineFromProbe(await probe({ plugins: ['libtrt_fairmot_plugins.so'] }), 0, 'run');
 */
export function machineFromProbe(found: ProbeResult, device: number, needs: 'build' | 'run'): EngineMachine {
  const problem = found.problems.find(({ part }) => needs === 'build' || part !== 'onnx-parser');
  if (problem) throw new FairmotError(problem.message, { kind: 'environment', hint: problem.hint });
  const gpu = found.gpus.find(({ index }) => index === device);
  if (!gpu) {
    const present = found.gpus.map(({ index }) => index).join(', ');
    throw new FairmotError(`Expected a GPU of number ${device} but received the numbers ${present}`, {
      kind: 'usage',
      hint: 'nvidia-smi -L lists the GPUs; give another --device',
    });
  }
  return {
    tensorrt: found.tensorrtFound ?? '',
    cuda: found.cudaVersion ?? '',
    gpu: gpu.name,
    computeCapability: gpu.computeCapability,
    plugins: found.plugins ?? [],
  };
}

/** TensorRT through trt-runtime's addon. */
export const tensorrtBackend: EngineBackend = {
  machine: async ({ device, plugins }) => machineFromProbe(await probe({ plugins }), device, 'build'),
  buildEngine,
};
