// What `fairmot bench` found, as `--json` prints it. All times are milliseconds.
import type { Statistics } from './statistics.js';

/** The network alone, without letterbox and decoding. */
export interface NetworkResult {
  readonly batch: number;
  /** Images a second, batches one after the other without copies. */
  readonly throughput: number;
  /** The same with copies to and from the device on their way meanwhile; null on the CPU. */
  readonly throughputWithCopies: number | null;
  /** One batch at a time. `h2d`, `compute`, `d2h` and `latency` (the three together) as in trtexec; the CPU has no copies. */
  readonly times: Readonly<Record<string, Statistics>>;
  /** How it was submitted: `CUDA graph`, or `enqueued` and why; `ONNX Runtime`. */
  readonly submission: string;
  /** Bytes of device memory of the engine's context; null on the CPU. */
  readonly contextBytes: number | null;
}

/** One frame at a time, from memory to tracks. */
export interface FrameResult {
  readonly width: number;
  readonly height: number;
  /** `letterbox`, `network`, `decode`, `tracker`, `whole frame` and, on a GPU, `upload`. */
  readonly stages: Readonly<Record<string, Statistics>>;
  /** Mean tracks a frame. */
  readonly tracks: number;
}

export interface StreamResult {
  readonly frames: number;
  readonly framesPerSecond: number;
  /** From handing a frame over to having its tracks, which includes waiting for frames before it; null without a result. */
  readonly latency: Statistics | null;
  /** Longest time without a result. */
  readonly longestGap: number;
}

/** Several frames on their way, of one or several streams. */
export interface StreamsResult {
  /** Frames of each stream on their way at a time. */
  readonly inFlight: number;
  /** Frames of all streams that the network takes at once at most. */
  readonly batch: number;
  readonly seconds: number;
  readonly framesPerSecond: number;
  readonly streams: readonly StreamResult[];
  /** Frames of the slowest and fastest stream as shares of an equal part: 1 and 1 where none is starved. */
  readonly leastShare: number;
  readonly mostShare: number;
}

export interface LayerResult {
  readonly name: string;
  /** Operator where it is known. */
  readonly kind: string;
  /** Median. */
  readonly ms: number;
}

export interface BenchResult {
  readonly model: string;
  readonly device: string;
  readonly precision: string;
  readonly input: { readonly height: number; readonly width: number };
  /** Node, the program, and what runs the network. */
  readonly versions: Readonly<Record<string, string>>;
  readonly frames: string;
  readonly network: NetworkResult;
  readonly frame: FrameResult | null;
  readonly throughput: StreamsResult | null;
  readonly layers: readonly LayerResult[] | null;
  /** What makes the figures doubtful, one sentence each. */
  readonly warnings: readonly string[];
  readonly interrupted: boolean;
}
