// What is measured of a model on the CPU or on a GPU, behind one interface.
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { Engine } from '@trt-fairmot/trt-runtime';
import pc from 'picocolors';
import { BuildProgressLine } from '../cli/build-progress.js';
import type { BenchOptions } from '../options.js';
import type { ChosenModel } from '../pipeline/chosen-model.js';
import { deviceFromText } from '../pipeline/device.js';
import { engineFile } from '../pipeline/engine-file.js';
import { type Machine, machineOnce, pluginLibraries } from '../pipeline/machine.js';
import { settledDevice } from '../pipeline/open-detector.js';
import { version } from '../version.js';
import { layersOnCpu, networkOnCpu } from './network-on-cpu.js';
import { layersOnGpu, networkOnGpu } from './network-on-gpu.js';
import type { BenchResult } from './result.js';
import { type BenchStreams, streamsOnCpu, streamsOnGpu } from './streams.js';
import type { Timing } from './timed-loop.js';

/** What is measured of one runtime. */
export interface BenchRuntime {
  readonly device: string;
  readonly precision: string;
  readonly versions: Readonly<Record<string, string>>;
  network(timing: Timing): ReturnType<typeof networkOnCpu>;
  streams(count: number): Promise<BenchStreams>;
  layers(input: { height: number; width: number }): Promise<BenchResult['layers']>;
  close(): Promise<void>;
}

/** Opens what `--device` and the model ask for; an engine is built on the way where it is needed. */
export async function openRuntime(
  model: ChosenModel,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<BenchRuntime> {
  const machine = machineOnce();
  const device = await settledDevice(deviceFromText(options.device), model, machine);
  return device.kind === 'cpu' ? benchOnCpu(model, options) : benchOnGpu(model, options, device.gpu, machine, signal);
}

function benchOnCpu(model: ChosenModel, options: BenchOptions): BenchRuntime {
  const { batch, topK, threads, conf: confidence } = options;
  const settings = { batch, topK, threads };
  return {
    device: `CPU, ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    precision: 'fp32',
    versions: { fairmot: version, Node: process.version },
    network: (timing) => networkOnCpu(model, settings, timing),
    streams: (count) => streamsOnCpu(model, count, threads, { confidence, topK }),
    layers: (input) => layersOnCpu(model, settings, input),
    close: async () => undefined,
  };
}

async function benchOnGpu(
  model: ChosenModel,
  options: BenchOptions,
  gpu: number,
  machine: Machine,
  signal: AbortSignal,
): Promise<BenchRuntime> {
  const { batch, topK, conf: confidence, precision, streams } = options;
  // Streams share batches of at most eight, beyond which an image gets hardly cheaper.
  const maxBatch = Math.max(batch, Math.min(8, streams));
  const progress = new BuildProgressLine();
  const hooks = { onProgress: progress.update, signal };
  const request = { model, precision, topK: Math.min(topK, 1000), gpu, maxBatch, machine };
  const file = await engineFile(request, hooks).finally(() => progress.finish());
  for (const note of file.notes) console.error(pc.dim(note));
  const engine = await Engine.load(file.path, { device: gpu, plugins: pluginLibraries() });
  const { gpus, tensorrtFound, driverVersion } = await machine();
  return {
    device: gpus.find(({ index }) => index === gpu)?.name ?? `GPU ${gpu}`,
    precision: model.kind === 'engine' ? "the engine's own" : precision,
    versions: {
      fairmot: version,
      Node: process.version,
      engine: basename(file.path),
      TensorRT: tensorrtFound ?? 'unknown',
      'CUDA of the driver': driverVersion ?? 'unknown',
    },
    network: (timing) => networkOnGpu(engine, batch, timing),
    streams: (count) => streamsOnGpu(engine, count, { confidence, topK }),
    layers: () => layersOnGpu(engine, batch),
    close: () => engine.close(),
  };
}
