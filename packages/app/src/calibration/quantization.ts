// What --calib and its relatives ask for: ranges from a calibration, and the layers to quantise.
import { extname } from 'node:path';
import { CpuNetwork } from '@trt-fairmot/cpu-runtime';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { ModelProto } from '@trt-fairmot/onnx-export';
import {
  type Calibration,
  type CalibrationImages,
  expectQuantizable,
  inputOf,
  keepSearchKey,
  keptLayers,
  networkKey,
  type OpenNetwork,
  type QuantizationOptions,
  quantizedLayers,
  rangesFrom,
  readCalibration,
  readKeepSearch,
  valuesToObserve,
  writeKeepSearch,
} from '@trt-fairmot/trt-builder';
import { demoCalibrationList } from '../pipeline/demo-model.js';
import { cachedCalibration, holds, requireSame } from './cached-calibration.js';
import { calibrationImagesFrom, requireReadable } from './calibration-images.js';
import { imageListFrom } from './image-list.js';
import type { CalibrationFlags } from './options.js';

export interface QuantizationHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly phase: string; readonly step: number; readonly steps: number }) => void;
}

/** How to quantise a network, and what to tell the user of it. */
export interface Quantization extends QuantizationOptions {
  readonly notes: readonly string[];
}

/** A calibration with its images, where a list names them. */
interface Calibrated {
  readonly calibration: Calibration;
  readonly images: CalibrationImages | null;
  readonly path: string;
  readonly notes: readonly string[];
}

const onCpu: OpenNetwork = async (onnx) => {
  const network = await CpuNetwork.load(onnx);
  return {
    run: async (feeds) => {
      const [feed] = Object.values(feeds);
      return network.run(feed?.data as Float32Array, feed?.dims as [number, number, number, number]);
    },
    close: () => network.close(),
  };
};

/**
 * Calibrates a network as the flags say, from the cache where it can, and chooses its layers.
 *
 * @param name what errors call the network
 * @throws FairmotError that names the line of a list, or a pattern that matches no layer
 */
export async function quantizationFrom(
  model: ModelProto,
  name: string,
  flags: CalibrationFlags,
  hooks: QuantizationHooks,
): Promise<Quantization> {
  expectQuantizable(model, name);
  const graph = model.graph as NonNullable<ModelProto['graph']>;
  const { quantize = [], keepFp16 = [], calibMethod: method, calibPercentile: percentile } = flags;
  const keep = keepFp16.filter((pattern) => pattern !== 'auto');
  const layers = quantizedLayers(graph, { quantize, keep });
  // ranges of kept layers too, so that one calibration serves every choice
  const values = valuesToObserve(model, quantizedLayers(graph, { quantize }));
  const calibrated = await calibratedBy(model, values, flags, hooks);
  const rangeOf = rangesFrom(calibrated.calibration, { method, percentile });
  if (!keepFp16.includes('auto')) return { layers, rangeOf, notes: calibrated.notes };
  const found = await searched(model, layers, calibrated, flags, hooks);
  const left = layers.filter((layer) => !found.layers.includes(layer));
  return { layers: left, rangeOf, notes: [...calibrated.notes, ...found.notes] };
}

async function calibratedBy(
  model: ModelProto,
  values: readonly string[],
  { calib, calibCache }: CalibrationFlags,
  { signal, onProgress }: QuantizationHooks,
): Promise<Calibrated> {
  const list = calib ?? demoCalibrationList();
  if (!list) {
    throw new FairmotError('Expected --calib LIST to quantise but received none', {
      kind: 'usage',
      hint: 'write a text file with one image path a line: 30 to 500 frames like those the network will see',
    });
  }
  if (extname(list) === '.json') return readyCalibration(list, model, values);
  const listed = await imageListFrom(list);
  const [, , height, width] = inputOf(model).dims as [number, number, number, number];
  const images = await calibrationImagesFrom(list, listed, { height, width });
  const { calibration, path, fromCache } = await cachedCalibration(model, images, {
    cache: calibCache,
    values,
    open: onCpu,
    beforeCalibrating: () => requireReadable(list, listed),
    onProgress: (progress) => onProgress({ phase: 'calibrate', ...progress }),
    signal,
  });
  const source = `${listed.length} images of ${list}${calib ? '' : ' (no --calib given)'}`;
  const note = fromCache ? `calibrated before on ${source}: ${path}` : `calibrated on ${source}, kept in ${path}`;
  return { calibration, images, path, notes: [note] };
}

/** A calibration file in place of a list. */
async function readyCalibration(path: string, model: ModelProto, values: readonly string[]): Promise<Calibrated> {
  const calibration = await readCalibration(path);
  if (!calibration) throw new FairmotError(`Expected a calibration at ${path} but received nothing`);
  requireSame(calibration, { network: networkKey(model) }, path);
  if (!holds(calibration, values)) {
    throw new FairmotError(`Expected a complete calibration in ${path} but received one that lacks values or images`, {
      hint: 'finish it with the list of images: --calib LIST --calib-cache FILE',
    });
  }
  return { calibration, images: null, path, notes: [`calibrated before: ${path}`] };
}

async function searched(
  model: ModelProto,
  layers: readonly string[],
  { calibration, images, path }: Calibrated,
  { calibMethod: method, calibPercentile: percentile, keepFp16Target: target, keepFp16Minutes }: CalibrationFlags,
  { signal, onProgress }: QuantizationHooks,
): Promise<{ layers: readonly string[]; notes: readonly string[] }> {
  if (!images) {
    throw new FairmotError(`Expected --calib LIST for --keep-fp16 auto but received a calibration, ${path}`, {
      kind: 'usage',
      hint: 'give the list as --calib and this file as --calib-cache: the search runs the network on images',
    });
  }
  const indices = searchImages(images.hashes.length);
  const key = keepSearchKey(calibration, { method, percentile }, layers, indices);
  const file = `${path.slice(0, path.length - extname(path).length)}-keep-${key.slice(0, 8)}.json`;
  const found = await keptLayers(model, {
    open: onCpu,
    tensors: await Promise.all(indices.map((index) => images.tensor(index))),
    layers,
    rangeOf: rangesFrom(calibration, { method, percentile }),
    target,
    seconds: 60 * keepFp16Minutes,
    known: await readKeepSearch(file, key),
    onProgress: ({ step, steps }) => onProgress({ phase: 'measure layers', step, steps }),
    onCheckpoint: (measurements) => writeKeepSearch(file, key, measurements),
    signal,
  });
  const error = found.error === null ? 'not measured' : found.error.toFixed(4);
  const time = found.complete ? '' : '; time ran out: the same command goes on from here';
  return {
    layers: found.layers,
    notes: [
      `relative error of the worst head ${found.errorOfAll.toFixed(4)} with all layers in int8, ${error} with ${found.layers.length} kept (target ${target})${time}`,
      ...(found.layers.length > 0 ? [`kept in fp16: ${found.layers.join(', ')}`] : []),
    ],
  };
}

/** Four images, spread over the list. */
function searchImages(count: number): number[] {
  const wanted = Math.min(4, count);
  return Array.from({ length: wanted }, (_, i) => Math.floor(((i + 0.5) * count) / wanted));
}
