// The thread a network lives in: onnxruntime-node computes on the thread that calls it, which must not be the main one.
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import type { CpuTensor } from './network.js';
import type { FromNetwork, NetworkSetup, ToNetwork } from './network-messages.js';
import { loadOnnxRuntime } from './onnx-runtime.js';

type OnnxRuntime = Awaited<ReturnType<typeof loadOnnxRuntime>>;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

function tell(message: FromNetwork, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function open({ model, threads }: NetworkSetup, { InferenceSession }: OnnxRuntime): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
  };
  return typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
}

/** Copies, since the runtime's own memory cannot change threads. */
function copied(outputs: InferenceSession.OnnxValueMapType): {
  outputs: Record<string, CpuTensor>;
  buffers: ArrayBuffer[];
} {
  const buffers: ArrayBuffer[] = [];
  const entries = Object.entries(outputs).map(([name, { data, dims }]) => {
    const copy = (data as Float32Array<ArrayBuffer>).slice();
    buffers.push(copy.buffer);
    return [name, { data: copy, dims: [...dims] }] as const;
  });
  return { outputs: Object.fromEntries(entries), buffers };
}

async function run(
  session: InferenceSession,
  { Tensor }: OnnxRuntime,
  message: Extract<ToNetwork, { kind: 'run' }>,
): Promise<void> {
  const { id, input, dims } = message;
  const name = session.inputNames[0] ?? '';
  try {
    const started = performance.now();
    const received = await session.run({ [name]: new Tensor('float32', input, dims) });
    const milliseconds = performance.now() - started;
    const { outputs, buffers } = copied(received);
    tell({ kind: 'done', id, outputs, input, milliseconds }, [...buffers, input.buffer as ArrayBuffer]);
  } catch (error) {
    tell({ kind: 'failed', id, reason: reasonOf(error) });
  }
}

async function main(setup: NetworkSetup): Promise<void> {
  let runtime: OnnxRuntime;
  try {
    runtime = await loadOnnxRuntime();
  } catch (error) {
    return tell({ kind: 'refused', reason: reasonOf(error), runtimeMissing: true });
  }
  const opened = await open(setup, runtime).catch(reasonOf);
  if (typeof opened === 'string') return tell({ kind: 'refused', reason: opened, runtimeMissing: false });
  const inputs = opened.inputMetadata.map((input) => ({
    name: input.name,
    type: input.isTensor ? input.type : 'no tensor',
    shape: input.isTensor ? input.shape : [],
  }));
  parentPort?.on('message', async (message: ToNetwork) => {
    if (message.kind === 'run') return run(opened, runtime, message);
    await opened.release();
    tell({ kind: 'closed' });
    parentPort?.close();
  });
  tell({ kind: 'ready', inputs, outputNames: opened.outputNames });
}

await main(workerData as NetworkSetup);
