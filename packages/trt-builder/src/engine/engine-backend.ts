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

/** How far a build is. */
export interface EngineProgress {
  readonly phase: string;
  readonly step: number;
  /** Steps of the phase; 0 where unknown. */
  readonly steps: number;
}

/** Shapes of one input: fewest, tuned for, most. */
export interface ShapeRange {
  readonly min: readonly number[];
  readonly opt: readonly number[];
  readonly max: readonly number[];
}

/** What the native builder is told. */
export interface NativeBuildOptions {
  readonly device: number;
  /** Plugin libraries to load first. */
  readonly plugins: readonly string[];
  /** Precision flag of weakly typed networks. */
  readonly fp16: boolean;
  readonly stronglyTyped: boolean;
  readonly tf32: boolean;
  /** MiB; 0: no limit. */
  readonly workspace: number;
  readonly optimizationLevel?: number;
  readonly profilingVerbosity: 'detailed' | 'layer-names' | 'none';
  readonly tacticSources: readonly string[];
  /** Shapes of dynamic inputs by name. */
  readonly profile: Readonly<Record<string, ShapeRange>>;
  readonly timingCache?: Uint8Array;
  readonly verbose: boolean;
  readonly onLog?: (severity: string, message: string) => void;
  readonly onProgress?: (progress: EngineProgress) => void;
  readonly signal?: AbortSignal;
}

/** What the native builder made. */
export interface NativeEngine {
  /** TensorRT's plan. */
  readonly engine: Uint8Array;
  readonly timingCache: Uint8Array;
}

/** TensorRT as the builder sees it: trt-runtime's addon, or another in tests. */
export interface EngineBackend {
  /** Describes the machine, with the plugin libraries loaded. */
  machine(options: { readonly device: number; readonly plugins: readonly string[] }): Promise<EngineMachine>;
  /** TensorRT's own ONNX parser and builder. */
  buildEngine(onnx: Uint8Array, options: NativeBuildOptions): Promise<NativeEngine>;
}
