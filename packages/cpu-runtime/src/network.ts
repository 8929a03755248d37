// One ONNX network on the CPU: float tensor in, named float tensors out. Knows nothing of detections.
import { readFile } from 'node:fs/promises';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { InferenceSession } from 'onnxruntime-node';
import { loadOnnxRuntime } from './onnx-runtime.js';

/** How ONNX Runtime uses the machine. */
export interface CpuNetworkOptions {
  /** Threads of the network, 1 or more; 0 (the default) leaves the choice to ONNX Runtime: one for each physical core. */
  readonly threads?: number;
}

/** A tensor as the network gave it: float32, or int64 for class numbers. */
export interface CpuTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** Size of the network's input; null where the file leaves the size open. */
export interface NetworkInput {
  readonly name: string;
  readonly batch: number | null;
  readonly height: number | null;
  readonly width: number | null;
}

/**
 * An ONNX network held by ONNX Runtime's CPU provider.
 *
 * @example
 * const network = await CpuNetwork.load('fairmot.onnx', { threads: 2 });
 * const outputs = await network.run(input, [1, 3, 608, 1088]);
 * outputs.hm?.dims; // [1, 1, 152, 272]
 * await network.close();
 */
export class CpuNetwork {
  readonly input: NetworkInput;
  readonly outputNames: readonly string[];
  #session: InferenceSession | null;

  private constructor(session: InferenceSession, input: NetworkInput) {
    this.#session = session;
    this.input = input;
    this.outputNames = session.outputNames;
  }

  /**
   * @param model path of an ONNX file, or its bytes
   * @throws FairmotError if the file cannot be read, is no ONNX model, or its input is not float32 [N, 3, H, W]
   */
  static async load(model: string | Uint8Array, options: CpuNetworkOptions = {}): Promise<CpuNetwork> {
    const { InferenceSession } = await loadOnnxRuntime();
    const name = typeof model === 'string' ? model : 'the model';
    const bytes = typeof model === 'string' ? await readModel(model) : model;
    const session = await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(options.threads ? { intraOpNumThreads: options.threads } : {}),
    }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
      throw new FairmotError(`Expected ${name} to be an ONNX model for ONNX Runtime but received: ${reason}`, {
        hint: 'write one with: fairmot export CHECKPOINT.pth -o model.onnx (a model with --dcn dcnv2 runs in TensorRT only)',
        cause,
      });
    });
    return new CpuNetwork(session, inputOf(session, name));
  }

  /**
   * Runs the network off the main thread.
   *
   * @param input [N, 3, H, W], RGB / 255
   * @returns one tensor for each output name
   * @throws FairmotError after `close()`
   */
  async run(input: Float32Array, dims: readonly [number, number, number, number]): Promise<Record<string, CpuTensor>> {
    if (!this.#session)
      throw new FairmotError('Expected an open network but received a closed one', { hint: 'load it again' });
    const { Tensor } = await loadOnnxRuntime();
    const outputs = await this.#session.run({ [this.input.name]: new Tensor('float32', input, dims) });
    return outputs as unknown as Record<string, CpuTensor>;
  }

  /** Frees the network; the object is of no use afterwards. Closing twice is allowed. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.release();
  }
}

async function readModel(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new FairmotError(`Expected a readable ONNX file at ${path} but received ${reason}`, { cause });
  });
}

function inputOf(session: InferenceSession, name: string): NetworkInput {
  const [input, ...others] = session.inputMetadata;
  const fits = input?.isTensor && input.type === 'float32' && input.shape.length === 4 && input.shape[1] === 3;
  if (!fits || others.length > 0) {
    const received = session.inputMetadata.map((one) =>
      one.isTensor ? `${one.name} ${one.type} [${one.shape}]` : one.name,
    );
    throw new FairmotError(
      `Expected ${name} to have one input float32 [N, 3, H, W] but received ${received.join(', ')}`,
      {
        hint: 'write a model with: fairmot export CHECKPOINT.pth -o model.onnx',
      },
    );
  }
  const size = (axis: number) => (typeof input.shape[axis] === 'number' ? input.shape[axis] : null);
  return { name: input.name, batch: size(0), height: size(2), width: size(3) };
}
