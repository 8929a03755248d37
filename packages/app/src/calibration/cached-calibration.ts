// The calibration of a network on listed images: from the cache as far as it holds it, the rest measured.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { ModelProto } from '@trt-fairmot/onnx-export';
import {
  type Calibration,
  type CalibrationImages,
  calibrate,
  networkKey,
  type OpenNetwork,
  readCalibration,
  writeCalibration,
} from '@trt-fairmot/trt-builder';
import { cacheFolder } from '../pipeline/cache-folder.js';

export interface CachedCalibrationOptions {
  /** File to keep the calibration in; default one in the cache folder, named after network and images. */
  readonly cache?: string | undefined;
  readonly values: readonly string[];
  readonly open: OpenNetwork;
  /** Called before the first image is looked at. */
  readonly beforeCalibrating: () => Promise<void>;
  readonly onProgress: (progress: { readonly step: number; readonly steps: number }) => void;
  readonly signal: AbortSignal;
}

const checkpointMs = 3000;

/** Calibrates what the cache lacks and writes it back, also where the work is interrupted. */
export async function cachedCalibration(
  model: ModelProto,
  images: CalibrationImages,
  { cache, beforeCalibrating, ...options }: CachedCalibrationOptions,
): Promise<{ calibration: Calibration; path: string; fromCache: boolean }> {
  const path = cache ?? defaultPath(model, images);
  const known = await readCalibration(path);
  if (known) requireSame(known, { network: networkKey(model), images: images.hashes }, path);
  if (known && holds(known, options.values)) return { calibration: known, path, fromCache: true };
  await beforeCalibrating();
  await mkdir(dirname(path), { recursive: true });
  let saved = performance.now();
  const calibration = await calibrate(model, images, {
    ...options,
    known,
    onCheckpoint: async (snapshot) => {
      if (!options.signal.aborted && performance.now() - saved < checkpointMs) return;
      await writeCalibration(path, snapshot());
      saved = performance.now();
    },
  });
  await writeCalibration(path, calibration);
  return { calibration, path, fromCache: false };
}

/** Whether a calibration is complete for values. */
export function holds({ activations, images }: Calibration, values: readonly string[]): boolean {
  return values.every((value) => activations[value]?.images === images.length);
}

function defaultPath(model: ModelProto, { hashes }: CalibrationImages): string {
  const ofImages = createHash('sha256').update(hashes.join('\n')).digest('hex');
  return join(cacheFolder(), `calibration-${networkKey(model).slice(0, 16)}-${ofImages.slice(0, 16)}.json`);
}

/** @throws FairmotError where a calibration is of another network or of other images */
export function requireSame(
  calibration: Calibration,
  { network, images }: { readonly network: string; readonly images?: readonly string[] },
  path: string,
): void {
  const other = [
    ...(calibration.network === network ? [] : ['another network or input size']),
    ...(!images || images.join() === calibration.images.join() ? [] : ['other images']),
  ];
  if (other.length === 0) return;
  throw new FairmotError(
    `Expected the calibration in ${path} to be of this network and list but received one of ${other.join(' and ')}`,
    {
      hint: 'name another file with --calib-cache, or remove this one',
    },
  );
}
