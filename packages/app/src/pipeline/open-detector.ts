// The detector for a model: ONNX Runtime on the CPU or TensorRT on a GPU, behind one interface.
import { CpuDetector } from '@trt-fairmot/cpu-runtime';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { type BuildProgress, FairmotDetector } from '@trt-fairmot/trt-runtime';
import type { ChosenModel } from './chosen-model.js';
import { type Device, deviceFromText } from './device.js';
import { engineFile, pluginLibraries } from './engine-file.js';
import { type Machine, machineOnce } from './machine.js';
import { networkFile } from './network-file.js';
import type { Detector } from './track-frames.js';

export interface DetectorRequest {
  readonly model: ChosenModel;
  readonly device: string;
  readonly confidence: number;
  readonly topK: number;
  /** Threads on the CPU. */
  readonly threads: number;
  /** Of an engine that is built on the way. */
  readonly precision: 'fp32' | 'fp16';
  readonly onProgress?: (progress: BuildProgress) => void;
  readonly signal?: AbortSignal;
}

/** A detector with what the summary wants to know of it. */
export interface OpenDetector extends Detector {
  readonly inputSize: { readonly width: number; readonly height: number };
  /** Frames to keep in its hands so that it never waits. */
  readonly inFlight: number;
  /** `CPU`, or the GPU's name. */
  readonly runsOn: string;
  readonly notes: readonly string[];
  /** Milliseconds a frame by stage. */
  stages(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/**
 * Opens the detector that `--device` and the model ask for. The machine is looked at once at most.
 *
 * @throws FairmotError of kind 'environment' where TensorRT is asked for and something it needs is missing
 */
export async function openDetector(request: DetectorRequest, machine = machineOnce()): Promise<OpenDetector> {
  const device = await settledDevice(deviceFromText(request.device), request.model, machine);
  return device.kind === 'cpu' ? openOnCpu(request) : openOnGpu(request, device.gpu, machine);
}

/** `auto` settled: engines need TensorRT; other models take it where it is ready. */
export async function settledDevice(
  device: Device,
  { kind }: ChosenModel,
  machine: Machine = machineOnce(),
): Promise<Exclude<Device, { kind: 'auto' }>> {
  if (device.kind !== 'auto') return device;
  if (kind === 'engine') return { kind: 'tensorrt', gpu: 0 };
  if (pluginLibraries().length === 0) return { kind: 'cpu' };
  const { ready } = await machine();
  return ready ? { kind: 'tensorrt', gpu: 0 } : { kind: 'cpu' };
}

async function openOnCpu({ model, confidence, topK, threads }: DetectorRequest): Promise<OpenDetector> {
  const { path, notes } = await networkFile(model, topK);
  const { height, width, sizeNamed } = model;
  const size = sizeNamed ? { inputSize: { height, width } } : {};
  const detector = await CpuDetector.create(path, { confidence, topK, threads, ...size });
  return {
    detect: (image) => detector.detect(image),
    inputSize: detector.inputSize,
    inFlight: 2,
    runsOn: 'CPU',
    notes,
    stages: () => {
      const { images, letterboxMs, networkMs, decodeMs } = detector.stats;
      const mean = (ms: number) => ms / Math.max(1, images);
      return { letterbox: mean(letterboxMs), network: mean(networkMs), decode: mean(decodeMs) };
    },
    close: () => detector.close(),
  };
}

async function openOnGpu(request: DetectorRequest, gpu: number, machine: Machine): Promise<OpenDetector> {
  const { model, precision, confidence, topK, onProgress, signal } = request;
  const rows = Math.min(topK, 1000);
  const hooks = { ...(onProgress ? { onProgress } : {}), ...(signal ? { signal } : {}) };
  const engine = await engineFile({ model, precision, topK: rows, gpu, machine }, hooks);
  const detector = await FairmotDetector.create({
    engine: engine.path,
    plugins: pluginLibraries(),
    device: gpu,
    confidence,
    topK: rows,
    timings: true,
  });
  if (!detector.engine.tensors.some(({ name }) => ['id_feature', 'id', 'embeddings'].includes(name))) {
    await detector.close();
    throw new FairmotError(`Expected a network with an id head but received ${model.path}, which has none`, {
      hint: 'this network detects but has no id head: tracking needs a FairMOT checkpoint',
    });
  }
  const { gpus } = await machine();
  return {
    detect: (image) => detector.detect(image),
    inputSize: detector.inputSize,
    inFlight: 3,
    runsOn: gpus.find(({ index }) => index === gpu)?.name ?? `GPU ${gpu}`,
    notes: engine.notes,
    stages: () => ({ latency: detector.stats.latencyMs, ...detector.stats.stages }),
    close: () => detector.close(),
  };
}
