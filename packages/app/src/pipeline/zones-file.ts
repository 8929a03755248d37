// The zones file of --count, and the counter that it describes.
import { type CountTotals, ZoneCounter } from '@trt-fairmot/counting';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { z } from 'zod';
import { expectationFrom } from '../cli/flags.js';
import { type ZonesFile, zonesFileSchema } from '../schemas.js';
import { contentOfJsonFile } from './json-file.js';

const wrongUse = { kind: 'usage', hint: 'fairmot schema zones describes the file' } as const;

/**
 * Reads a zones file.
 *
 * @throws FairmotError of kind 'usage' that names the zone and the file
 */
export async function readZonesFile(path: string): Promise<ZonesFile> {
  const json = await contentOfJsonFile(path, 'a zones file', wrongUse);
  const parsed = zonesFileSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw new FairmotError(messageFrom(issue, json, path), wrongUse);
  }
  return parsed.data;
}

/** The film that is counted in, and how long its tracks may be gone. */
export interface CountedFilm {
  readonly width: number;
  readonly height: number;
  /** Of the frames that are tracked. Default 30. */
  readonly frameRate?: number;
  /** As the tracker's. Default 30. */
  readonly trackBuffer?: number | undefined;
}

/**
 * The counter for a zones file and a film; it remembers tracks for as long as the tracker may find them again.
 *
 * @throws FairmotError of kind 'usage' that names the zone and the file
 */
export async function openCounter(path: string, film: CountedFilm): Promise<ZoneCounter> {
  const zones = await readZonesFile(path);
  const { width, height, frameRate = 30, trackBuffer = 30 } = film;
  const longestGap = Math.floor((frameRate / 30) * trackBuffer) + 2;
  try {
    return new ZoneCounter(zones, { width, height, memory: Math.max(300, longestGap) });
  } catch (cause) {
    if (cause instanceof RangeError) throw new FairmotError(`${cause.message} in ${path}`, { ...wrongUse, cause });
    throw cause;
  }
}

function messageFrom(issue: z.core.$ZodIssue, json: unknown, path: string): string {
  const [list, index] = issue.path;
  const at = (value: unknown, key: PropertyKey): unknown => (value as Record<PropertyKey, unknown> | null)?.[key];
  const inZone = (list === 'lines' || list === 'regions') && index !== undefined;
  const name = inZone ? at(at(at(json, list), index), 'name') : undefined;
  const zone = inZone ? ` of ${list.slice(0, -1)} ${typeof name === 'string' ? `'${name}'` : Number(index) + 1}` : '';
  if (issue.code === 'unrecognized_keys') return `Expected no '${issue.keys[0]}'${zone} in ${path} but received one`;
  const key = issue.path.slice(inZone ? 2 : 0).join('.') || (inZone ? 'the whole' : 'the file');
  const received = issue.path.reduce(at, json);
  return `Expected ${expectationFrom(issue)} for ${key}${zone} in ${path} but received ${JSON.stringify(received) ?? 'nothing'}`;
}

/** `  door: 4 in, 2 out`, and `  yard: 12 visitors, at most 3 at a time`. */
export function countLines({ lines, regions }: CountTotals): string[] {
  return [
    ...lines.map((line) => `  ${line.name}: ${line.in} in, ${line.out} out`),
    ...regions.map(({ name, visitors, most }) => `  ${name}: ${visitors} visitors, at most ${most} at a time`),
  ];
}
