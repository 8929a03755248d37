import { z } from 'zod';
import { FairmotError } from '../error.js';

const side = z.number().int().positive().multipleOf(32);

/** What `onnxFromCheckpoint` takes, with its defaults. */
export const exportOptionsSchema = z.strictObject({
  height: side.default(608).describe('height of the input in pixels, divisible by 32'),
  width: side.default(1088).describe('width of the input in pixels, divisible by 32'),
  batch: z
    .union([z.number().int().positive(), z.literal('dynamic')])
    .default(1)
    .describe('images a run, or dynamic'),
  dcn: z
    .enum(['deform-conv', 'dcnv2'])
    .default('deform-conv')
    .describe("deformable convolutions as ONNX's DeformConv, or as the DCNv2 node of TensorRT plugins"),
  outputs: z
    .enum(['heads', 'detections'])
    .default('heads')
    .describe('the four maps, or boxes, scores, classes and embeddings of the best peaks'),
  topK: z.number().int().positive().default(500).describe('rows of the detections output'),
  precision: z.enum(['fp32', 'fp16']).default('fp32').describe('type of weights and activations'),
});

/** Options of an export, complete. */
export type ExportOptions = z.output<typeof exportOptionsSchema>;

/**
 * Fills in the defaults and checks the values.
 *
 * @throws FairmotError naming the option
 */
export function exportOptionsFrom(options: Partial<ExportOptions> = {}): ExportOptions {
  const result = exportOptionsSchema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = String(issue?.path[0] ?? 'options');
  const received = name in options ? String(options[name as keyof ExportOptions]) : Object.keys(options).join(', ');
  const flag = `--${name.replace('topK', 'top-k')}`;
  throw new FairmotError(`Expected ${expectation(name)} but received ${received}`, {
    hint: `change ${flag}; fairmot export --help lists the values`,
  });
}

function expectation(name: string): string {
  const values: Record<string, string> = {
    height: 'a height divisible by 32',
    width: 'a width divisible by 32',
    batch: 'a batch of 1 or more, or dynamic',
    dcn: 'deform-conv or dcnv2 for dcn',
    outputs: 'heads or detections for outputs',
    topK: 'a topK of 1 or more',
    precision: 'fp32 or fp16 for precision',
  };
  return values[name] ?? `export options (${Object.keys(values).join(', ')})`;
}
