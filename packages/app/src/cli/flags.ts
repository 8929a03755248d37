// Command-line flags from a zod object schema: names, defaults and help are written once, in the schema.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { type Command, Option } from 'commander';
import { z } from 'zod';

type Shape = Record<string, z.ZodType>;

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `maxBatch` -> `--max-batch` */
export const flagFrom = (name: string) => `--${kebab(name)}`;

/** The schema inside `.optional()`, `.default()` and preprocessing. */
export function inner(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return inner(schema.out as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return inner(schema.unwrap() as z.ZodType);
  return schema;
}

function optionFrom(name: string, schema: z.ZodType): Option {
  const core = inner(schema);
  const { metavar = 'VALUE', short } = (schema.meta() ?? {}) as { metavar?: string; short?: string };
  const isFlag = core instanceof z.ZodBoolean;
  const help = schema.description ?? '';
  const fallback = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  const choices = core instanceof z.ZodEnum ? core.options.join('|') : undefined;
  const suffix = isFlag || fallback === undefined ? '' : ` (default ${String(fallback)})`;
  const flags = `${short ? `-${short}, ` : ''}--${kebab(name)}`;
  return new Option(isFlag ? flags : `${flags} <${choices ?? metavar}>`, help + suffix);
}

/** Adds one flag for each field of the schema. */
export function addFlags(command: Command, schema: z.ZodObject<Shape>): Command {
  for (const [name, field] of Object.entries(schema.shape)) {
    command.addOption(optionFrom(name, field));
    // What a config file switches on, a flag can switch off.
    if ('config' in schema.shape && inner(field) instanceof z.ZodBoolean)
      command.addOption(new Option(`--no-${kebab(name)}`, `the opposite of ${flagFrom(name)}`).hideHelp());
  }
  return command;
}

const typesInWords: Record<string, string> = {
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
};

const expectations: Record<string, (issue: z.core.$ZodIssue) => string> = {
  invalid_value: (issue) => ('values' in issue ? `one of ${issue.values.join(', ')}` : 'a listed value'),
  not_multiple_of: (issue) => `a multiple of ${'divisor' in issue ? issue.divisor : ''}`,
  too_small: (issue) => {
    if (issue.code !== 'too_small') return 'more';
    if (issue.origin === 'array') return `a list of ${issue.minimum} or more`;
    if (issue.origin === 'string') return 'some text';
    return issue.inclusive ? `a number of at least ${issue.minimum}` : `a number above ${issue.minimum}`;
  },
  too_big: (issue) => `a number of at most ${'maximum' in issue ? issue.maximum : ''}`,
  invalid_type: (issue) => ('expected' in issue && typesInWords[issue.expected]) || 'a number',
  invalid_format: (issue) => issue.message,
  invalid_union: () => 'a number or dynamic',
};

/** `a number of at most 1`: what a field wanted, for `Expected ... but received`. */
export function expectationFrom(issue: z.core.$ZodIssue): string {
  return expectations[issue.code]?.(issue) ?? issue.message;
}

/** Text from the command line as the schema wants it; unlike with `z.coerce`, the empty text is no zero. */
function valueFromText(core: z.ZodType, value: unknown): unknown {
  const takesNumber =
    core instanceof z.ZodNumber ||
    (core instanceof z.ZodUnion && core.options.some((option) => option instanceof z.ZodNumber));
  if (!takesNumber || typeof value !== 'string' || value.trim() === '') return value;
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

/**
 * Options parsed by their schema.
 *
 * @throws FairmotError of kind 'usage' that names the flag
 */
export function parseFlags<T extends z.ZodObject<Shape>>(schema: T, values: Record<string, unknown>): z.infer<T> {
  const fields = Object.entries(schema.shape);
  const typed = fields.map(([name, field]) => [name, valueFromText(inner(field), values[name])]);
  const result = schema.safeParse(Object.fromEntries(typed.filter(([, value]) => value !== undefined)));
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const name = String(issue.path[0]);
  // A size the network cannot take is bad input; everything else is wrong usage.
  const kind = issue.code === 'not_multiple_of' ? 'input' : 'usage';
  const expected = expectationFrom(issue);
  throw new FairmotError(`Expected ${expected} for --${kebab(name)} but received '${String(values[name])}'`, {
    kind,
  });
}
