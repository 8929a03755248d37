import type { BuildOptions as NativeBuildOptions } from '@trt-fairmot/trt-runtime';

/** The GPU and libraries that an engine is built on or is to run on. */
export interface EngineMachine {
  /** TensorRT's version, `8.6.0`. */
  readonly tensorrt: string;
  /** CUDA's version, `12.0`. */
  readonly cuda: string;
  /** The GPU's name, `NVIDIA H100 80GB HBM3`. */
  readonly gpu: string;
  /** The GPU's compute capability, `9.0`. */
  readonly computeCapability: string;
  /** Creators in TensorRT's plugin registry, `FairmotDCNv2@1`. */
  readonly plugins: readonly string[];
}

/** TensorRT as the builder sees it: trt-runtime's addon, or another in tests. */
export interface EngineBackend {
  /** Describes a GPU and its libraries once the plugin libraries are loaded. */
  machine(options: { readonly device: number; readonly plugins: readonly string[] }): Promise<EngineMachine>;
  /** TensorRT's own ONNX parser and builder. */
  buildEngine(
    onnx: Uint8Array,
    options: NativeBuildOptions,
  ): Promise<{ readonly engine: Uint8Array; readonly timingCache: Uint8Array }>;
}
