// Options of `eval`.
import { z } from 'zod';

const path = z.string().min(1).optional();
const families = '(hota|clear|identity)';

/** Where ground truth is and how it is read. */
export const truthShape = {
  gt: path
    .describe('ground truth: a file, or a folder of SEQ/gt/gt.txt (with SEQ/seqinfo.ini), SEQ/gt.txt or SEQ.txt')
    .meta({ metavar: 'FILE|DIR' }),
  benchmark: z
    .enum(['auto', 'mot15', 'mot16', 'mot17', 'mot20'])
    .default('auto')
    .describe(
      'whose preprocessing; auto goes by the name and the columns, and takes ground truth without classes as it is',
    ),
};

/** Options of `fairmot eval`. */
export const evalOptionsSchema = z.object({
  gt: truthShape.gt,
  pred: path
    .describe('tracks: a file, or a folder of SEQ.txt, SEQ/result.txt or data/SEQ.txt')
    .meta({ metavar: 'FILE|DIR' }),
  benchmark: truthShape.benchmark,
  metrics: z
    .string()
    .regex(new RegExp(`^${families}(,${families})*$`), 'hota, clear or identity, with commas between,')
    .default('hota,clear,identity')
    .describe('which families')
    .meta({ metavar: 'LIST' }),
  sequences: z
    .string()
    .min(1)
    .optional()
    .describe('only these, with commas between (default: all of the ground truth)')
    .meta({ metavar: 'LIST' }),
  json: z.boolean().default(false).describe('as JSON, every threshold of HOTA included'),
  report: path.describe('write a page with charts ("-": standard output)').meta({ metavar: 'FILE.html' }),
  overwrite: z.boolean().default(false).describe('replace the report if it exists'),
});

export type EvalOptions = z.infer<typeof evalOptionsSchema>;
