// What the native addon exports. Internal: the classes around it are the API.
import type { TensorInfo } from './engine.js';

declare const opaque: unique symbol;

/** A native resource; shared with work under way until it is closed. */
export interface Handle {
  readonly [opaque]: true;
}

export interface NativeTensorLayout {
  readonly name: string;
  readonly dtype: string;
  readonly channels: number;
  readonly imageStride: number;
  readonly channelStride: number;
  readonly pixelStride: number;
}

export interface NativeAxis {
  readonly taps: number;
  readonly total: number;
  readonly first: Int32Array;
  /** [taps, size] */
  readonly weights: Int32Array;
}

export interface NativeGeometry {
  readonly key: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly enlarges: boolean;
  readonly columns: NativeAxis;
  readonly rows: NativeAxis;
  readonly left: number;
  readonly top: number;
}

export interface NativeDetections {
  readonly count: number;
  readonly candidates: number;
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classes: Int32Array;
  readonly embeddings: Float32Array;
  readonly embeddingSize: number;
  /** Which head held NaN. */
  readonly nan: string | null;
}

export interface NativeStageTimes {
  /** Since the pipeline was made. */
  readonly start: number;
  readonly upload: number;
  readonly letterbox: number;
  readonly network: number;
  readonly decode: number;
  readonly total: number;
}

export interface NativeFrame {
  readonly geometry: Handle;
  readonly staging: Handle;
  /** Copied to `staging` first, or null where it lies there. */
  readonly data: Uint8Array | null;
}

export interface NativeBatchResult {
  readonly frames: readonly NativeDetections[];
  readonly times?: NativeStageTimes;
  readonly graphError: string;
}

export interface NativeHead extends Omit<NativeTensorLayout, 'imageStride'> {
  readonly buffer: Handle;
}

export interface NativeDecodeOptions {
  readonly hm: NativeHead;
  readonly wh: NativeHead;
  readonly reg: NativeHead | null;
  readonly id: NativeHead | null;
  readonly width: number;
  readonly height: number;
  readonly topK: number;
  readonly threshold: number;
  readonly scale: number;
}

export interface NativePipelineOptions {
  readonly slots: number;
  readonly batch: number;
  readonly leastBatch: number;
  readonly profile: number;
  readonly topK: number;
  readonly threshold: number;
  readonly graph: boolean;
  readonly timings: boolean;
  readonly spin: boolean;
  readonly input: NativeTensorLayout;
  readonly width: number;
  readonly height: number;
  readonly heads: {
    readonly hm: NativeTensorLayout;
    readonly wh: NativeTensorLayout;
    readonly reg: NativeTensorLayout | null;
    readonly id: NativeTensorLayout | null;
    readonly width: number;
    readonly height: number;
    readonly scale: number;
  } | null;
  readonly decoded: {
    readonly boxes: string;
    readonly scores: string;
    readonly classes: string;
    readonly embeddings: string;
    readonly classes64: boolean;
    readonly embeddingSize: number;
  } | null;
}

export interface NativeBuildOptions {
  readonly device: number;
  readonly fp16: boolean;
  readonly int8: boolean;
  readonly stronglyTyped: boolean;
  readonly tf32: boolean;
  readonly verbose: boolean;
  readonly workspaceMiB: number;
  readonly optimizationLevel: number;
  readonly profilingVerbosity: number;
  readonly maxAuxStreams: number;
  readonly tacticSources: readonly string[];
  readonly float32Layers: readonly string[];
  readonly profile: Readonly<Record<string, { min: number[]; opt: number[]; max: number[] }>>;
  readonly timingCache: Uint8Array | null;
}

export interface NativeCudaProbe {
  readonly runtimeVersion: string;
  readonly driverVersion: string | null;
  readonly devices: readonly {
    readonly index: number;
    readonly name: string;
    readonly computeCapability: string;
    readonly memoryBytes: number;
    readonly multiprocessors: number;
  }[];
  readonly error: string | null;
}

export interface NativeTensorrtProbe {
  readonly built: boolean;
  readonly expected: string;
  readonly found: string;
  readonly path: string;
  readonly parserPath: string;
  readonly error: string;
}

export interface NativeAddon {
  readonly cudaArchitectures: string;
  probeCuda(): NativeCudaProbe;
  probeTensorrt(): NativeTensorrtProbe;
  setTensorrtFolder(folder: string): void;
  closeHandle(handle: Handle): Promise<void>;

  deviceBufferCreate(device: number, size: number): Promise<Handle>;
  pinnedBufferCreate(device: number, size: number): Promise<Handle>;
  pinnedBufferView(buffer: Handle): ArrayBuffer;
  pinnedBufferWrite(buffer: Handle, bytes: Uint8Array): Promise<void>;
  detachView(view: ArrayBuffer): void;
  memoryInfo(device: number): Promise<{ free: number; total: number }>;

  streamCreate(device: number): Promise<Handle>;
  streamSynchronize(stream: Handle): Promise<void>;
  eventCreate(device: number): Promise<Handle>;
  eventRecord(event: Handle, stream: Handle): Promise<void>;
  eventElapsed(from: Handle, to: Handle): number;
  copyToDevice(
    stream: Handle,
    device: Handle,
    deviceOffset: number,
    pinned: Handle,
    pinnedOffset: number,
    size: number,
  ): Promise<void>;
  copyToHost(
    stream: Handle,
    device: Handle,
    deviceOffset: number,
    pinned: Handle,
    pinnedOffset: number,
    size: number,
  ): Promise<void>;
  captureBegin(stream: Handle): Promise<void>;
  captureEnd(stream: Handle): Promise<Handle>;
  graphLaunch(graph: Handle, stream: Handle): Promise<void>;
  graphNodeCount(graph: Handle): number;

  engineLoad(device: number, bytes: Uint8Array): Promise<Handle>;
  engineInfo(engine: Handle): {
    name: string;
    device: number;
    deviceMemorySize: number;
    layerCount: number;
    tensors: TensorInfo[];
  };
  engineInspect(engine: Handle): Promise<string>;
  contextCreate(engine: Handle, profile: number): Promise<Handle>;
  contextSetInputShape(context: Handle, name: string, shape: readonly number[]): void;
  contextTensorShape(context: Handle, name: string): number[];
  contextTensorSize(context: Handle, name: string): number;
  contextSetBuffer(context: Handle, name: string, buffer: Handle): void;
  contextEnqueue(context: Handle, stream: Handle): Promise<void>;
  contextProfile(context: Handle, stream: Handle): Promise<{ layer: string; milliseconds: number }[]>;
  pluginsLoad(paths: readonly string[]): Promise<string[]>;

  tablesCreate(stream: Handle, geometry: NativeGeometry): Promise<Handle>;
  letterboxLaunch(
    stream: Handle,
    tables: Handle,
    source: Handle,
    out: Handle,
    options: { width: number; height: number; dtype: string; channelStride: number; pixelStride: number },
  ): Promise<void>;
  decodePrepare(stream: Handle, options: NativeDecodeOptions): Promise<Handle>;
  decodeLaunch(stream: Handle, decode: Handle): Promise<void>;
  decodeResults(decode: Handle): NativeDetections;

  compactPrepare(
    stream: Handle,
    options: {
      readonly boxes: Handle;
      readonly scores: Handle;
      readonly classes: Handle | null;
      readonly classes64: boolean;
      readonly embeddings: Handle;
      readonly embeddingSize: number;
      readonly batch: number;
      readonly topK: number;
      readonly threshold: number;
    },
  ): Promise<Handle>;
  compactLaunch(stream: Handle, compact: Handle): Promise<void>;
  compactResults(compact: Handle, image: number): NativeDetections;

  cancellationCreate(): Handle;
  cancel(cancellation: Handle): void;
  build(
    onnx: Uint8Array,
    options: NativeBuildOptions,
    cancellation: Handle,
    onLog: ((severity: number, message: string) => void) | undefined,
    onProgress: ((phase: string, step: number, steps: number) => void) | undefined,
  ): Promise<{ engine: Uint8Array; timingCache: Uint8Array; layerCount: number }>;

  pipelineCreate(engine: Handle, options: NativePipelineOptions): Promise<Handle>;
  geometryCreate(geometry: NativeGeometry): Handle;
  pipelineRun(pipeline: Handle, slot: number, frames: readonly NativeFrame[]): Promise<NativeBatchResult>;
}
