// The time of every node, from ONNX Runtime's own profile.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOnnxRuntime } from './onnx-runtime.js';

/** A node of the network as it runs, after ONNX Runtime's graph optimisation. */
export interface NodeTime {
  readonly name: string;
  /** Operator, such as `Conv`. */
  readonly kind: string;
  /** Median milliseconds of a run. */
  readonly ms: number;
}

/** An entry of the profile: Chrome's trace format, microseconds. */
interface TraceEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly dur?: number;
  readonly args?: { readonly op_name?: string };
}

/**
 * Runs a network a few times with ONNX Runtime's profiler, on the calling thread, which is blocked meanwhile.
 *
 * @param model path of an ONNX file, or its bytes
 * @param input [N, 3, H, W], RGB / 255
 * @param options.threads as in `CpuNetwork.load`
 * @returns nodes in the order they ran first
 * @example
 * const nodes = await profileNetwork('fairmot.onnx', input, [1, 3, 320, 576], { threads: 2, runs: 5 });
 */
export async function profileNetwork(
  model: string | Uint8Array,
  input: Float32Array,
  dims: readonly number[],
  options: { readonly threads?: number; readonly runs?: number } = {},
): Promise<NodeTime[]> {
  const { threads = 0, runs = 5 } = options;
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const folder = await mkdtemp(join(tmpdir(), 'fairmot-profile-'));
  try {
    const settings = {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all' as const,
      logSeverityLevel: 3 as const,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'run'),
      ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    };
    const session =
      typeof model === 'string'
        ? await InferenceSession.create(model, settings)
        : await InferenceSession.create(model, settings);
    const feeds = { [session.inputNames[0] ?? '']: new Tensor('float32', input, dims) };
    for (let run = 0; run < runs + 1; run++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file = ''] = await readdir(folder);
    return nodeTimesFromTrace(JSON.parse(await readFile(join(folder, file), 'utf8')) as TraceEvent[], runs + 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Medians by node; a node runs once in each run, and its first run, which takes memory, does not count. */
export function nodeTimesFromTrace(events: readonly TraceEvent[], runs: number): NodeTime[] {
  const nodes = new Map<string, { kind: string; times: number[] }>();
  for (const { cat, name = '', dur = 0, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const node = name.slice(0, -'_kernel_time'.length);
    const entry = nodes.get(node) ?? { kind: args?.op_name ?? '', times: [] };
    entry.times.push(dur / 1000);
    nodes.set(node, entry);
  }
  return [...nodes].map(([name, { kind, times }]) => {
    const kept = times.length >= runs && runs > 1 ? times.slice(1) : times;
    const sorted = kept.sort((a, b) => a - b);
    return { name, kind, ms: sorted[sorted.length >> 1] ?? 0 };
  });
}
