// Settings of a verb: flags first, then the config file, then defaults.
import { dirname, resolve } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { z } from 'zod';
import { configSchema } from '../options.js';
import { contentOfJsonFile } from '../pipeline/json-file.js';
import { expectationFrom, flagFrom, parseFlags } from './flags.js';

const hint = 'fairmot schema config lists the settings, fairmot config writes a file of them';
const wrongUse = { kind: 'usage', hint } as const;

type Values = Record<string, unknown>;
type Shape = Record<string, z.ZodType>;

/**
 * The options of a verb from its flags and the config file that they name. Keys that are settings of other verbs are left aside.
 *
 * @throws FairmotError of kind 'usage' that names the flag, or the key and the file
 */
export async function settingsFrom<T extends z.ZodObject<Shape>>(schema: T, flags: Values): Promise<z.infer<T>> {
  const file = typeof flags.config === 'string' ? await readConfig(flags.config) : {};
  const values = { ...file, ...flags };
  const options = parseFlags(schema, values);
  requireUsed(schema.shape, flags, options);
  return options;
}

/**
 * Reads a config file. Names of files in it are relative to its own folder.
 *
 * @throws FairmotError of kind 'usage' that names the key and the file
 */
export async function readConfig(path: string): Promise<Values> {
  const json = await contentOfJsonFile(path, 'a config file', wrongUse);
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw new FairmotError(messageFrom(issue, json, path), wrongUse);
  }
  const shape: Shape = configSchema.shape;
  const { $schema: _, ...values } = json as Values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isFile = shape[name]?.meta()?.file === true && typeof value === 'string' && value !== '-';
      return [name, isFile ? resolve(dirname(path), value) : value];
    }),
  );
}

function messageFrom(issue: z.core.$ZodIssue, json: unknown, path: string): string {
  if (issue.code === 'unrecognized_keys') {
    return `Expected the name of a setting in ${path} but received '${issue.keys[0]}'`;
  }
  const [key] = issue.path;
  if (key === undefined) return `Expected an object of settings in ${path} but received ${JSON.stringify(json)}`;
  return `Expected ${expectationFrom(issue)} for ${String(key)} in ${path} but received ${JSON.stringify((json as Values)[String(key)])}`;
}

/** Refuses flags of another tracker than the chosen one; in a config file they may stand for later. */
function requireUsed(shape: Shape, flags: Values, options: Values): void {
  for (const [name, value] of Object.entries(flags)) {
    const trackers = shape[name]?.meta()?.trackers as string[] | undefined;
    if (value === undefined || !trackers || trackers.includes(String(options.tracker))) continue;
    throw new FairmotError(
      `Expected ${flagFrom(name)} with --tracker ${trackers.join(' or ')} but received it with ${options.tracker}`,
      { kind: 'usage' },
    );
  }
}
