// One ONNX network on the CPU: float tensor in, named float tensors out, on a thread of its own. Knows nothing of detections.
import { access, constants } from 'node:fs/promises';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { DeclaredInput } from './network-messages.js';
import { type NetworkAnswer, NetworkThread } from './network-thread.js';
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
 * An ONNX network held by ONNX Runtime's CPU provider, in a thread of its own: the caller's thread is free while it computes.
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
  #thread: NetworkThread | null;

  private constructor(thread: NetworkThread, input: NetworkInput, outputNames: readonly string[]) {
    this.#thread = thread;
    this.input = input;
    this.outputNames = outputNames;
  }

  /**
   * @param model path of an ONNX file, or its bytes
   * @throws FairmotError if the file cannot be read, is no ONNX model, or its input is not float32 [N, 3, H, W]
   */
  static async load(model: string | Uint8Array, options: CpuNetworkOptions = {}): Promise<CpuNetwork> {
    const name = typeof model === 'string' ? model : 'the model';
    if (typeof model === 'string') await requireReadable(model);
    const opened = await NetworkThread.open({ model, threads: options.threads ?? 0 });
    if ('kind' in opened) {
      if (opened.runtimeMissing) await loadOnnxRuntime();
      throw new FairmotError(`Expected ${name} to be an ONNX model for ONNX Runtime but received: ${opened.reason}`, {
        hint: 'write one with: fairmot export CHECKPOINT.pth -o model.onnx (a model with --dcn dcnv2 runs in TensorRT only)',
      });
    }
    const { thread, ready } = opened;
    try {
      return new CpuNetwork(thread, inputOf(ready.inputs, name), ready.outputNames);
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  /**
   * Runs the network; runs asked for meanwhile wait their turn.
   *
   * @param input [N, 3, H, W], RGB / 255; left as it is
   * @returns one tensor for each output name
   * @throws FairmotError after `close()`
   */
  async run(input: Float32Array, dims: readonly [number, number, number, number]): Promise<Record<string, CpuTensor>> {
    return (await this.runTaking(input.slice(), dims)).outputs;
  }

  /** As `run`, without a copy: the input's memory is out of reach until the answer gives it back as `input`. */
  async runTaking(input: Float32Array, dims: readonly [number, number, number, number]): Promise<NetworkAnswer> {
    if (!this.#thread)
      throw new FairmotError('Expected an open network but received a closed one', { hint: 'load it again' });
    return this.#thread.run(input, dims);
  }

  /** Frees the network; the object is of no use afterwards. Closing twice is allowed. */
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.close();
  }
}

async function requireReadable(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new FairmotError(`Expected a readable ONNX file at ${path} but received ${reason}`, { cause });
  });
}

function inputOf(inputs: readonly DeclaredInput[], name: string): NetworkInput {
  const [input, ...others] = inputs;
  const fits = input?.type === 'float32' && input.shape.length === 4 && input.shape[1] === 3;
  if (!fits || others.length > 0) {
    const received = inputs.map((one) => `${one.name} ${one.type} [${one.shape}]`);
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
