import { FairmotError } from '@trt-fairmot/onnx-export';
import { z } from 'zod';
import { passNames } from '../passes/pass-list.js';

/** A number that may come from the command line as text; the empty text is no zero. */
const numeric = <T extends z.ZodNumber>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), schema);

/** A list that may come from the command line as words between commas. */
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((word) => word.trim()) : value),
    z.array(item),
  );

const whole = z.number().int();
const batch = numeric(whole.min(1)).optional();
const file = z.string().min(1).optional();

/** What `engineFromOnnx` takes, with its defaults and the help of `fairmot build`. */
export const buildOptionsSchema = z.strictObject({
  precision: z
    .enum(['fp32', 'fp16', 'int8'])
    .default('fp32')
    .describe('arithmetic of the engine; fp32 is without TF32, int8 is beside fp16'),
  minBatch: batch.describe('fewest images a run (default 1)').meta({ metavar: 'N' }),
  optBatch: batch.describe('images a run that the engine is tuned for (default: the most)').meta({ metavar: 'N' }),
  maxBatch: batch
    .describe('most images a run (default 1); more than 1 needs an .onnx with --batch dynamic')
    .meta({ metavar: 'N' }),
  workspace: numeric(whole.min(1))
    .optional()
    .describe("most device memory for TensorRT's scratch space (default: no limit)")
    .meta({ metavar: 'MiB' }),
  optimizationLevel: numeric(whole.min(0).max(5))
    .optional()
    .describe("0 to 5: more takes longer to build and may run faster (default: TensorRT's own, 3)")
    .meta({ metavar: 'N' }),
  timingCache: file
    .describe('file of measured tactics, read if it exists and written back: later builds are faster')
    .meta({ metavar: 'FILE' }),
  dcnInterpolation: z
    .enum(['fp16', 'fp32'])
    .default('fp16')
    .describe('what deformable convolutions of fp16 and int8 engines interpolate in; fp32 is some per cent slower'),
  topK: numeric(whole.min(1).max(1000))
    .default(500)
    .describe('detections a frame of an engine that decodes its own heat map (pass peak-heads)')
    .meta({ metavar: 'N' }),
  disablePass: list(z.enum(passNames))
    .optional()
    .describe(`leave out graph passes: ${passNames.join(', ')}`)
    .meta({ metavar: 'NAME,...' }),
  tacticSources: list(z.enum(['cublas', 'cublas-lt', 'cudnn']))
    .optional()
    .describe(
      'libraries TensorRT may call beside its own kernels: cublas, cublas-lt, cudnn (default: none, so they need not be installed)',
    )
    .meta({ metavar: 'NAME,...' }),
  pluginLibrary: file
    .describe('library of the DCNv2 plugin (default: the one built with this package)')
    .meta({ metavar: 'FILE.so' }),
  device: numeric(whole.min(0)).default(0).describe('GPU to build on and for').meta({ metavar: 'N' }),
  profilingVerbosity: z
    .enum(['detailed', 'layer-names', 'none'])
    .default('detailed')
    .describe('what the engine can tell of its layers later'),
  verbose: z.boolean().default(false).describe("print TensorRT's whole log"),
});

/** Options of a build, complete. */
export type BuildOptions = z.output<typeof buildOptionsSchema>;

/** Options as given: every one may be missing. */
export type BuildOptionsInput = Partial<BuildOptions>;

/**
 * Fills in the defaults and checks the values.
 *
 * @throws FairmotError of kind 'usage' naming the option
 * @example
 * buildOptionsFrom({ precision: 'fp16', maxBatch: 8 }).profilingVerbosity; // 'detailed'
 */
export function buildOptionsFrom(options: BuildOptionsInput = {}): BuildOptions {
  const result = buildOptionsSchema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const name = String(issue.path[0] ?? Object.keys(options).find((key) => !(key in buildOptionsSchema.shape)));
  throw new FairmotError(
    `Expected ${expectation(name)} but received ${JSON.stringify(options[name as keyof BuildOptions])}`,
    { kind: 'usage', hint: 'fairmot build --help lists the options and their values' },
  );
}

const expectations: Readonly<Record<string, string>> = {
  precision: 'fp32, fp16 or int8 for precision',
  workspace: 'a workspace of 1 MiB or more',
  optimizationLevel: 'an optimizationLevel from 0 to 5',
  dcnInterpolation: 'fp16 or fp32 for dcnInterpolation',
  topK: 'a topK from 1 to 1000',
  disablePass: `disablePass to name some of ${passNames.join(', ')}`,
  tacticSources: 'tacticSources to name some of cublas, cublas-lt, cudnn',
  device: 'a device number of 0 or more',
  profilingVerbosity: 'detailed, layer-names or none for profilingVerbosity',
};

function expectation(name: string): string {
  if (name.endsWith('Batch')) return `a ${name} of 1 or more`;
  if (name in buildOptionsSchema.shape) return expectations[name] ?? `another value for ${name}`;
  return `build options (${Object.keys(buildOptionsSchema.shape).join(', ')}), not ${name},`;
}

/** Images a run: fewest, tuned for, most. */
export interface BatchRange {
  readonly min: number;
  readonly opt: number;
  readonly max: number;
}

/**
 * The batch range that the options ask for.
 *
 * @throws FairmotError of kind 'usage' unless min <= opt <= max
 */
export function batchRangeFrom({
  minBatch,
  optBatch,
  maxBatch,
}: Pick<BuildOptions, 'minBatch' | 'optBatch' | 'maxBatch'>): BatchRange {
  const max = maxBatch ?? Math.max(optBatch ?? 1, minBatch ?? 1);
  const opt = optBatch ?? max;
  const min = minBatch ?? 1;
  if (min <= opt && opt <= max) return { min, opt, max };
  throw new FairmotError(`Expected min <= opt <= max for the batch but received ${min}, ${opt}, ${max}`, {
    kind: 'usage',
    hint: 'change --min-batch, --opt-batch or --max-batch',
  });
}
