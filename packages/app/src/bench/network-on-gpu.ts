// The network alone in TensorRT: one CUDA graph, timed by events as trtexec does.
import { FairmotError, type Size } from '@trt-fairmot/fairmot-postprocess';
import {
  type CudaGraph,
  DeviceBuffer,
  type Engine,
  Event,
  type ExecutionContext,
  type LayerTime,
  PinnedBuffer,
  Stream,
} from '@trt-fairmot/trt-runtime';
import { kindOfLayer } from './layer-kind.js';
import type { LayerResult, NetworkResult } from './result.js';
import { statisticsOf } from './statistics.js';
import { type Timing, timedLoop } from './timed-loop.js';

interface Port {
  readonly mode: 'input' | 'output';
  readonly device: DeviceBuffer;
  readonly host: PinnedBuffer;
}

/** A context with buffers for all tensors, on a stream of its own. */
interface EngineRun {
  readonly context: ExecutionContext;
  readonly stream: Stream;
  readonly ports: readonly Port[];
  readonly input: Size;
  close(): Promise<void>;
}

async function openRun(engine: Engine, batch: number): Promise<EngineRun> {
  const { device } = engine;
  const context = await engine.createContext();
  const stream = await Stream.create({ device });
  const shapes = engine.tensors.map(({ shape }) =>
    shape.map((side, axis) => (side === -1 && axis === 0 ? batch : side)),
  );
  let input: Size = { height: 0, width: 0 };
  for (const [index, { name, mode, shape }] of engine.tensors.entries()) {
    if (mode !== 'input') continue;
    const [own = 0, , height = 0, width = 0] = shape;
    if (own !== -1 && own !== batch) throw batchError(engine, batch, own);
    context.setInputShape(name, shapes[index] ?? []);
    input = { height, width };
  }
  const ports: Port[] = [];
  for (const { name, mode, dtype } of engine.tensors) {
    const size = context.tensorSize(name);
    const buffer = await DeviceBuffer.create(size, { device });
    const host = await PinnedBuffer.create(size, { device });
    if (mode === 'input' && dtype === 'float32') {
      const floats = new Float32Array(host.bytes.buffer, host.bytes.byteOffset, size >> 2);
      for (let i = 0; i < floats.length; i++) floats[i] = Math.random();
    }
    context.setBuffer(name, buffer);
    ports.push({ mode, device: buffer, host });
  }
  const close = async () => {
    for (const { device: memory, host } of ports) await Promise.all([memory.close(), host.close()]);
    await context.close();
    await stream.close();
  };
  return { context, stream, ports, input, close };
}

function batchError(engine: Engine, batch: number, own: number): FairmotError {
  return new FairmotError(
    `Expected an engine for batch ${batch} but received ${engine.name || 'one'} for batch ${own}`,
    {
      kind: 'usage',
      hint: `give --batch ${own}, or build one with: fairmot build CHECKPOINT.pth -o model.engine --max-batch ${batch}`,
    },
  );
}

const upload = async ({ stream, ports }: EngineRun) => {
  for (const { mode, device, host } of ports) if (mode === 'input') await stream.upload(host, device);
};
const download = async ({ stream, ports }: EngineRun) => {
  for (const { mode, device, host } of ports) if (mode === 'output') await stream.download(device, host);
};

/** A recorded run of the network, or null with the reason where CUDA cannot record it. */
async function recorded(
  run: EngineRun,
  work: () => Promise<void>,
): Promise<{ graph: CudaGraph | null; reason: string }> {
  try {
    return { graph: await run.stream.capture(work), reason: '' };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { graph: null, reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Times an engine at one batch size: copies and compute one batch at a time, then the throughput with and without copies. */
export async function networkOnGpu(
  engine: Engine,
  batch: number,
  timing: Timing,
): Promise<NetworkResult & { readonly input: Size }> {
  const runs = [await openRun(engine, batch), await openRun(engine, batch)];
  const [run] = runs as [EngineRun, EngineRun];
  try {
    for (const one of runs) {
      await upload(one);
      await one.context.enqueue(one.stream);
      await one.stream.synchronize();
    }
    const { graph, reason } = await recorded(run, () => run.context.enqueue(run.stream));
    const submit = graph ? () => graph.launch(run.stream) : () => run.context.enqueue(run.stream);
    const times = await timesOfRun(run, submit, timing);
    const throughput = await throughputOf([{ stream: run.stream, submit, depth: 8 }], batch, timing);
    const withCopies = [];
    for (const one of runs) {
      const work = async () => {
        await upload(one);
        await one.context.enqueue(one.stream);
        await download(one);
      };
      const whole = (await recorded(one, work)).graph;
      withCopies.push({ stream: one.stream, submit: whole ? () => whole.launch(one.stream) : work, depth: 1 });
    }
    return {
      batch,
      throughput,
      throughputWithCopies: await throughputOf(withCopies, batch, timing),
      times,
      submission: graph
        ? `CUDA graph of ${graph.nodeCount} nodes`
        : `enqueued, since no graph could be recorded: ${reason}`,
      contextBytes: engine.deviceMemorySize,
      input: run.input,
    };
  } finally {
    for (const one of runs) await one.close();
  }
}

/** One batch at a time, between four events. */
async function timesOfRun(
  run: EngineRun,
  submit: () => Promise<void>,
  timing: Timing,
): Promise<NetworkResult['times']> {
  const { stream } = run;
  const device = stream.device;
  const events = await Promise.all(Array.from({ length: 4 }, () => Event.create({ device })));
  const [begin, uploaded, computed, end] = events as [Event, Event, Event, Event];
  const series = { h2d: [] as number[], compute: [] as number[], d2h: [] as number[], latency: [] as number[] };
  const once = async () => {
    await begin.record(stream);
    await upload(run);
    await uploaded.record(stream);
    await submit();
    await computed.record(stream);
    await download(run);
    await end.record(stream);
    await stream.synchronize();
  };
  await timedLoop(timing, once, () => {
    series.h2d.push(uploaded.since(begin));
    series.compute.push(computed.since(uploaded));
    series.d2h.push(end.since(computed));
    series.latency.push(end.since(begin));
  });
  await Promise.all(events.map((event) => event.close()));
  return Object.fromEntries(Object.entries(series).map(([name, values]) => [name, statisticsOf(values)]));
}

interface Lane {
  readonly stream: Stream;
  readonly submit: () => Promise<void>;
  /** Batches submitted before waiting. */
  readonly depth: number;
}

/** Images a second of lanes that work side by side. */
async function throughputOf(lanes: readonly Lane[], batch: number, timing: Timing): Promise<number> {
  let batches = 0;
  const seconds = await Promise.all(
    lanes.map(({ stream, submit, depth }) => {
      const run = async () => {
        for (let i = 0; i < depth; i++) await submit();
        await stream.synchronize();
      };
      return timedLoop(timing, run, () => {
        batches += depth;
      });
    }),
  );
  return (batch * batches) / Math.max(...seconds);
}

/** Median time of each layer at one batch size; a profiled run is slower than a plain one. */
export async function layersOnGpu(engine: Engine, batch: number): Promise<LayerResult[]> {
  const run = await openRun(engine, batch);
  try {
    await upload(run);
    const rounds: LayerTime[][] = [];
    for (let round = 0; round < 30; round++) rounds.push(await run.context.profile(run.stream));
    return (rounds[0] ?? []).map(({ layer }, index) => {
      const values = rounds.map((round) => round[index]?.milliseconds ?? Number.NaN);
      return { name: layer, kind: kindOfLayer(layer), ms: statisticsOf(values).median };
    });
  } finally {
    await run.close();
  }
}
