// What the network's thread and its owner say to each other.
import type { CpuTensor } from './network.js';

/** Told to the thread as it starts. */
export interface NetworkSetup {
  /** Path of an ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  /** 0: ONNX Runtime's choice. */
  readonly threads: number;
}

export type ToNetwork =
  | { readonly kind: 'run'; readonly id: number; readonly input: Float32Array; readonly dims: readonly number[] }
  | { readonly kind: 'close' };

/** An input or output as ONNX Runtime declares it. */
export interface DeclaredInput {
  readonly name: string;
  readonly type: string;
  /** Open sizes are texts. */
  readonly shape: readonly (number | string)[];
}

export type FromNetwork =
  | { readonly kind: 'ready'; readonly inputs: readonly DeclaredInput[]; readonly outputNames: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly runtimeMissing: boolean }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly outputs: Record<string, CpuTensor>;
      /** The input's memory, given back. */
      readonly input: Float32Array;
      readonly milliseconds: number;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }
  | { readonly kind: 'closed' };
