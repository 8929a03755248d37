import { readFile } from 'node:fs/promises';
import { FairmotError, replaceFile } from '@trt-fairmot/onnx-export';
import { z } from 'zod';
import type { Calibration } from './calibration.js';
import { calibrationMethods, rangeFromHistogram } from './calibration-method.js';
import { Histogram, histogramBins } from './histogram.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

/** What a calibration file holds. */
export const calibrationFileSchema = z.object({
  format: z.literal('trt-fairmot-calibration'),
  version: z.literal(1),
  /** Hash of the network's nodes, weights and input size. */
  network: hash,
  /** SHA-256 of each image file, in order. */
  images: z.array(hash).min(1),
  activations: z.record(
    z.string(),
    z.object({
      /** Images seen so far. */
      images: count,
      /** Largest magnitude. */
      max: z.number().nonnegative(),
      /** For readers: the ranges that the methods find; they are worked out again from the counts. */
      ranges: z.record(z.string(), z.number().nonnegative()).optional(),
      zeros: count,
      /** Width of a bin. */
      width: z.number().nonnegative(),
      /** Magnitudes other than 0 by bin, trailing zeros left out. */
      counts: z.array(count).max(histogramBins),
    }),
  ),
});

/**
 * Reads a calibration.
 *
 * @returns null where the file does not exist
 * @throws FairmotError for a file that is none, naming a TensorRT calibration cache or a list of images as such
 */
export async function readCalibration(path: string): Promise<Calibration | null> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new FairmotError(`Expected to read calibration ${path} but received: ${cause.message}`, { cause });
  });
  return text === null ? null : calibrationFromText(text, path);
}

function calibrationFromText(text: string, path: string): Calibration {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FairmotError(`Expected a calibration (JSON) in ${path} but received ${kindOfText(text)}`, {
      cause,
      hint: 'give a list of images as --calib, and another file as --calib-cache',
    });
  }
  const result = calibrationFileSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  throw new FairmotError(
    `Expected a calibration in ${path} but received at ${issue.path.join('.') || 'its top'}: ${issue.message}`,
    { hint: 'remove the file, and calibrate again' },
  );
}

/** What a text that is no JSON is, with the number of the line that tells. */
function kindOfText(text: string): string {
  if (isTensorrtCache(text)) return "a calibration cache of TensorRT's at line 1";
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => /^[^#{["].*\.(jpe?g|png|webp|tiff?|bmp)\s*$/i.test(line.trim()));
  return at < 0 ? 'another text at line 1' : `a list of images: line ${at + 1} is ${lines[at]?.trim()}`;
}

/** Whether a text is what IInt8Calibrator writes: `TRT-8600-EntropyCalibration2`, then a line a tensor. */
export function isTensorrtCache(text: string): boolean {
  return /^TRT-\d+-\w*Calibration/.test(text);
}

/** Writes a calibration whole or not at all, one activation a line. */
export async function writeCalibration(path: string, calibration: Calibration): Promise<void> {
  await replaceFile(path, textFromCalibration(calibration));
}

function textFromCalibration({ network, images, activations }: Calibration): string {
  const lines = Object.entries(activations).map(([name, { images: seen, max, zeros, width, counts }]) => {
    const complete = seen === images.length;
    const record = { images: seen, max, ...(complete ? { ranges: rangesOf({ max, zeros, width, counts }) } : {}) };
    return `    ${JSON.stringify(name)}: ${JSON.stringify({ ...record, zeros, width, counts })}`;
  });
  const head = { format: 'trt-fairmot-calibration', version: 1, network, images };
  const [opened] = JSON.stringify(head, null, 2).split(/\n\}$/);
  return `${opened},\n  "activations": {\n${lines.join(',\n')}\n  }\n}\n`;
}

function rangesOf(record: Parameters<typeof Histogram.fromRecord>[0]): Record<string, number> {
  const histogram = Histogram.fromRecord(record);
  const rounded = (range: number) => Number(range.toPrecision(6));
  return Object.fromEntries(
    calibrationMethods.map((method) => [method, rounded(rangeFromHistogram(histogram, method))]),
  );
}
