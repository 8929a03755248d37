import type { BuildOptions as NativeBuildOptions } from '@trt-fairmot/trt-runtime';
import type { EngineBackend, EngineMachine } from '../../src/index.js';

export const h100: EngineMachine = {
  tensorrt: '8.6.0',
  cuda: '12.0',
  gpu: 'NVIDIA H100 80GB HBM3',
  computeCapability: '9.0',
  plugins: ['FairmotDCNv2@1', 'DCNv2@1', 'FairmotPeakHeads@1', 'FairmotHeatMap@1'],
};

/** A builder that keeps what it was told and returns a plan of four bytes and a cache one byte longer than it got. */
export function fakeBackend(machine: Partial<EngineMachine> = {}) {
  const calls: { onnx: Uint8Array; options: NativeBuildOptions }[] = [];
  const loaded: (readonly string[])[] = [];
  const backend: EngineBackend = {
    machine: async ({ plugins }) => {
      loaded.push(plugins);
      return { ...h100, ...machine };
    },
    buildEngine: async (onnx, options) => {
      calls.push({ onnx, options });
      options.onProgress?.({ phase: 'build engine', step: 1, steps: 2 });
      return { engine: Uint8Array.of(1, 2, 3, 4), timingCache: new Uint8Array((options.timingCache?.length ?? 0) + 1) };
    },
  };
  return { backend, calls, loaded };
}
