// The owner's side of the network's thread: requests with promises for answers.
import { Worker } from 'node:worker_threads';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { CpuTensor } from './network.js';
import type { FromNetwork, NetworkSetup, ToNetwork } from './network-messages.js';

/** What a run gave. */
export interface NetworkAnswer {
  readonly outputs: Record<string, CpuTensor>;
  /** The input's memory, which the run had taken. */
  readonly input: Float32Array;
  /** Inside ONNX Runtime. */
  readonly milliseconds: number;
}

type Ready = Extract<FromNetwork, { kind: 'ready' }>;
type Refused = Extract<FromNetwork, { kind: 'refused' }>;
type Waiting = { readonly resolve: (answer: NetworkAnswer) => void; readonly reject: (error: Error) => void };

// Tests run the sources, but a thread needs the built file.
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/network-worker.js' : './network-worker.js',
  import.meta.url,
);

/** A thread that holds one network; keeps the process alive only while a request is open. */
export class NetworkThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromNetwork) => this.#hear(message));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the thread of the network ended')));
    worker.unref();
  }

  /** Starts the thread; resolves with what the network is, or with why there is none. */
  static open(setup: NetworkSetup): Promise<{ thread: NetworkThread; ready: Ready } | Refused> {
    const worker = new Worker(workerFile, { workerData: setup, execArgv: [] });
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (message: FromNetwork) => {
        worker.off('error', reject);
        if (message.kind === 'ready') resolve({ thread: new NetworkThread(worker), ready: message });
        else resolve(message as Refused);
      });
    });
  }

  /** Takes the input's memory until the answer gives it back. */
  run(input: Float32Array, dims: readonly number[]): Promise<NetworkAnswer> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#send({ kind: 'run', id, input, dims }, [input.buffer as ArrayBuffer]);
    });
  }

  /** Resolves when the network's memory is free. */
  close(): Promise<void> {
    this.#worker.ref();
    return new Promise((resolve) => {
      this.#worker.once('exit', () => resolve());
      this.#send({ kind: 'close' });
    });
  }

  #send(message: ToNetwork, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #hear(message: FromNetwork): void {
    if (message.kind !== 'done' && message.kind !== 'failed') return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (message.kind === 'done') waiting?.resolve(message);
    else waiting?.reject(new FairmotError(`Expected the network to run but received: ${message.reason}`));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
