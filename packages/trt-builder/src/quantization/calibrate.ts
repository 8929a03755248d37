import { bytesFromModel, FairmotError, type ModelProto } from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { graphOf } from '../passes/pass.js';
import type { ActivationRecord, Calibration } from './calibration.js';
import { Histogram } from './histogram.js';
import { networkKey } from './network-key.js';
import { groupsBySize, observingModel } from './observing-model.js';

/** A tensor as a network takes and gives it. */
export interface FeedTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A network that can run, whatever runs it. */
export interface RunnableNetwork {
  run(feeds: Readonly<Record<string, FeedTensor>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
  close(): Promise<void>;
}

/** Makes a network run: ONNX Runtime on the CPU, or another. */
export type OpenNetwork = (onnx: Uint8Array<ArrayBuffer>) => Promise<RunnableNetwork>;

/** Images to calibrate on. */
export interface CalibrationImages {
  /** SHA-256 of each image file, in order. */
  readonly hashes: readonly string[];
  /** An image as the network takes it: [3, H, W], RGB / 255, letterboxed. */
  tensor(index: number): Promise<Float32Array>;
}

/** How {@link calibrate} goes about it. */
export interface CalibrateOptions {
  readonly open: OpenNetwork;
  /** Names of the values to observe. */
  readonly values: readonly string[];
  /** An earlier result, perhaps of part of the images or values: what it holds is not observed again. */
  readonly known?: Calibration | null;
  /** Hears of each image done. */
  readonly onProgress?: (progress: { readonly step: number; readonly steps: number }) => void;
  /** Keeps what is known so far; called after each image. */
  readonly onCheckpoint?: (calibration: () => Calibration) => Promise<void>;
  readonly signal?: AbortSignal;
  /** Most bytes of observed tensors in one run. Default 256 MiB; more values take several rounds over the images. */
  readonly memory?: number;
}

/**
 * Runs a network on images and collects a histogram of each value. Memory holds one image's observed tensors, at most
 * `memory` bytes of them (twice for a moment), and one histogram a value.
 *
 * @throws FairmotError where a value is not finite, or the network's batch is fixed at more than 1
 * @example
 * const calibration = await calibrate(model, images, { open, values: valuesToObserve(model) });
 */
export async function calibrate(
  model: ModelProto,
  images: CalibrationImages,
  options: CalibrateOptions,
): Promise<Calibration> {
  const network = networkKey(model);
  const state = new Map(Object.entries(options.known?.activations ?? {}));
  const snapshot = (): Calibration => ({ network, images: images.hashes, activations: Object.fromEntries(state) });
  const rounds = roundsOf(model, images, options, state);
  const steps = rounds.reduce((sum, { begin }) => sum + images.hashes.length - begin, 0);
  let step = 0;
  for (const round of rounds) {
    await observe(model, images, round, options, async (records) => {
      for (const [name, record] of records) state.set(name, record);
      step += 1;
      options.onProgress?.({ step, steps });
      await options.onCheckpoint?.(snapshot);
    });
  }
  return snapshot();
}

/** Values that are observed together, from one image on. */
interface Round {
  readonly begin: number;
  readonly histograms: ReadonlyMap<string, Histogram>;
}

function roundsOf(
  model: ModelProto,
  { hashes }: CalibrationImages,
  { values, memory = 256 * 2 ** 20 }: CalibrateOptions,
  state: ReadonlyMap<string, ActivationRecord>,
): Round[] {
  const seen = (value: string) => state.get(value)?.images ?? 0;
  const begins = [...new Set(values.map(seen))].filter((begin) => begin < hashes.length);
  const histogramOf = (value: string) => {
    const record = state.get(value);
    return [value, record ? Histogram.fromRecord(record) : new Histogram()] as const;
  };
  return begins.flatMap((begin) => {
    const pending = values.filter((value) => seen(value) === begin);
    const groups = groupsBySize(graphOf(model), pending, memory);
    return groups.map((group) => ({ begin, histograms: new Map(group.map(histogramOf)) }));
  });
}

async function observe(
  model: ModelProto,
  images: CalibrationImages,
  { begin, histograms }: Round,
  { open, signal }: CalibrateOptions,
  done: (records: readonly (readonly [string, ActivationRecord])[]) => Promise<void>,
): Promise<void> {
  const { name: input, dims } = inputOf(model);
  const inner = [...histograms.keys()].filter((value) => value !== input);
  const network = inner.length > 0 ? await open(bytesFromModel(observingModel(model, inner))) : null;
  try {
    for (let i = begin; i < images.hashes.length; i++) {
      signal?.throwIfAborted();
      const data = await images.tensor(i);
      histograms.get(input)?.add(data);
      const outputs = (await network?.run({ [input]: { data, dims } })) ?? {};
      for (const value of inner) addTo(histograms.get(value) as Histogram, outputs[value]?.data, value);
      await done([...histograms].map(([value, histogram]) => [value, { images: i + 1, ...histogram.record() }]));
    }
  } finally {
    await network?.close();
  }
}

function addTo(histogram: Histogram, data: unknown, value: string): void {
  if (!(data instanceof Float32Array)) {
    throw new FairmotError(`Expected float32 numbers for ${value} but received none`, {
      kind: 'usage',
      hint: 'calibrate a network exported with --precision fp32',
    });
  }
  histogram.add(data);
}

/** The image input of a network, [1, 3, H, W]. */
export function inputOf(model: ModelProto): { readonly name: string; readonly dims: readonly number[] } {
  const graph = graphOf(model);
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const info = graph.input.find(({ name }) => !weights.has(name));
  const [batch, ...rest] = info ? (new GraphIndex(graph).shape(info.name) ?? []) : [];
  if (info && rest.length === 3 && !rest.includes(null) && (batch === null || batch === 1)) {
    return { name: info.name, dims: [1, ...(rest as number[])] };
  }
  const received = info ? `${info.name} [${[batch, ...rest].map((size) => size ?? '?').join(', ')}]` : 'none';
  throw new FairmotError(`Expected an input [1 or open, 3, H, W] to calibrate but received ${received}`, {
    kind: 'usage',
    hint: 'export again with --batch 1 or --batch dynamic',
  });
}
