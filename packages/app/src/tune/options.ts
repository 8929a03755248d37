// Options of `tune`.
import { trackerKinds } from '@trt-fairmot/tracker';
import { z } from 'zod';
import { truthShape } from '../evaluation/options.js';

const whole = z.number().int();
const path = z.string().min(1).optional();

export const tuneMetrics = ['HOTA', 'MOTA', 'IDF1'] as const;
export type TuneMetric = (typeof tuneMetrics)[number];

/** Options of `fairmot tune`. */
export const tuneOptionsSchema = z.object({
  gt: truthShape.gt,
  detections: path
    .describe('files of fairmot track --detections: one, or a folder of SEQ.json or SEQ/detections.json')
    .meta({ metavar: 'FILE|DIR' }),
  benchmark: truthShape.benchmark,
  sequences: path
    .describe('only these, with commas between (default: all of the ground truth)')
    .meta({ metavar: 'LIST' }),
  holdOut: path
    .describe('keep these back: no trial sees them, the result is measured on them too, with commas between')
    .meta({ metavar: 'LIST' }),
  tracker: z
    .enum([...trackerKinds, 'all'])
    .optional()
    .describe("whose thresholds; all tries every tracker (default: the config file's, or fairmot)"),
  metric: z.enum(tuneMetrics).default('HOTA').describe('what to raise, all sequences together'),
  trials: whole.min(1).default(200).describe('settings to try; raising it finds better ones').meta({ metavar: 'N' }),
  seed: whole.min(0).default(0).describe('of the random numbers; the same seed finds the same').meta({ metavar: 'N' }),
  only: path
    .describe('search these thresholds only, with commas between, such as conf,track-buffer')
    .meta({ metavar: 'LIST' }),
  config: path
    .describe('settings to begin from (default: those of the detections file)')
    .meta({ metavar: 'FILE.json' }),
  top: whole.min(1).default(5).describe('show so many of the best').meta({ metavar: 'N' }),
  output: z
    .string()
    .min(1)
    .default('fairmot.config.json')
    .describe('write the best settings, for fairmot track --config')
    .meta({ short: 'o', metavar: 'FILE.json' }),
  json: z.boolean().default(false).describe('print as JSON'),
  overwrite: z.boolean().default(false).describe('replace the output if it exists'),
  quiet: z.boolean().default(false).describe('no progress'),
});

export type TuneOptions = z.infer<typeof tuneOptionsSchema>;
