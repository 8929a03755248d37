// Options that say how to calibrate and what to quantise.
import { calibrationMethods } from '@trt-fairmot/trt-builder';
import { z } from 'zod';

/** Words that may come as a list or with commas between them; a flag of such a list may be given several times. */
const words = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((word) => word.trim()) : value),
  z.array(z.string().min(1)),
);

/** Options of int8, for `build` and `quantize`. */
export const calibrationShape = {
  calib: z
    .string()
    .min(1)
    .optional()
    .describe('list of images to calibrate int8 on, one path a line; or a calibration written before')
    .meta({ metavar: 'LIST.txt|FILE.json' }),
  calibMethod: z
    .enum(calibrationMethods)
    .default('min-max')
    .describe("how int8's ranges follow from what the images gave"),
  calibPercentile: z
    .number()
    .gt(0)
    .max(100)
    .default(99.99)
    .describe('share of the values within the range, of --calib-method percentile')
    .meta({ metavar: 'P' }),
  calibCache: z
    .string()
    .min(1)
    .optional()
    .describe('file to keep the calibration in (default: one in the cache folder)')
    .meta({ metavar: 'FILE.json' }),
  quantize: words
    .optional()
    .describe('layers to run in int8 beside the default ones; * stands for any text; may be repeated')
    .meta({ metavar: 'PATTERN' }),
  keepFp16: words
    .optional()
    .describe("layers to keep out of int8; 'auto' finds them by measuring; may be repeated")
    .meta({ metavar: 'PATTERN|auto' }),
  keepFp16Target: z
    .number()
    .gt(0)
    .default(0.03)
    .describe('relative error of the worst head that --keep-fp16 auto allows')
    .meta({ metavar: 'X' }),
  keepFp16Minutes: z
    .number()
    .gt(0)
    .default(10)
    .describe('time for --keep-fp16 auto; the same command goes on where it ended')
    .meta({ metavar: 'N' }),
};

const calibrationSchema = z.object(calibrationShape);

export type CalibrationFlags = z.infer<typeof calibrationSchema>;

/** The flags of a build that say how to calibrate, apart from the builder's own options. */
export function calibrationFlagsOf<T extends CalibrationFlags>(
  flags: T,
): { calibration: CalibrationFlags; options: Omit<T, keyof CalibrationFlags> } {
  const names = Object.keys(calibrationShape);
  const part = (inside: boolean) =>
    Object.fromEntries(Object.entries(flags).filter(([name]) => names.includes(name) === inside));
  return { calibration: calibrationSchema.parse(part(true)), options: part(false) as Omit<T, keyof CalibrationFlags> };
}
