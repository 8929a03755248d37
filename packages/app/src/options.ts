// Every option of the verbs once: type, default and help. Flags, config file and help are derived from here.
import { exportOptionsSchema } from '@trt-fairmot/onnx-export';
import { buildOptionsSchema } from '@trt-fairmot/trt-builder';
import { z } from 'zod';
import { trackerShape } from './tracker-flags.js';

const flag = z.boolean().default(false);
const whole = z.number().int();
const size = whole.min(32).multipleOf(32);
const inputFile = z.string().min(1).optional();
const outputFile = z.string().min(1).optional();

const conf = z.number().min(0).max(1);
const resultShape = {
  mot: outputFile
    .describe('write tracks in MOTChallenge format ("-": standard output)')
    .meta({ metavar: 'FILE.txt', file: true }),
  json: outputFile
    .describe('write one JSON line a frame ("-": standard output)')
    .meta({ metavar: 'FILE.ndjson', file: true }),
  count: inputFile
    .describe('count who crosses the lines and is in the regions of this file (fairmot schema zones)')
    .meta({ metavar: 'ZONES.json', file: true }),
  overwrite: flag.describe('replace outputs that exist'),
  quiet: flag.describe('no progress, no summary'),
};

const configFlag = inputFile
  .describe('settings in JSON, as fairmot config writes them; flags go before them')
  .meta({ metavar: 'FILE.json' });

/** Options of `fairmot track`. */
export const trackOptionsSchema = z.object({
  config: configFlag,
  model: inputFile
    .describe('checkpoint (.pth), network (.onnx) or TensorRT engine (.engine)')
    .meta({ metavar: 'FILE', file: true }),
  device: z
    .string()
    .regex(/^(auto|cpu|tensorrt(:\d{1,3})?)$/, 'auto, cpu, tensorrt or tensorrt:N')
    .default('auto')
    .describe(
      'where the network runs: cpu, tensorrt, tensorrt:N (GPU number), or auto, which is TensorRT where it is ready',
    )
    .meta({ metavar: 'auto|cpu|tensorrt[:N]' }),
  height: size
    .optional()
    .describe('height of the network input, a multiple of 32 (default 608)')
    .meta({ metavar: 'PX' }),
  width: size
    .optional()
    .describe('width of the network input, a multiple of 32 (default 1088)')
    .meta({ metavar: 'PX' }),
  ...trackerShape,
  topK: whole.min(1).max(3840).default(500).describe('at most so many detections a frame').meta({ metavar: 'N' }),
  threads: whole
    .min(0)
    .default(0)
    .describe('threads of the network on the CPU (0: one for each core)')
    .meta({ metavar: 'N' }),
  precision: z
    .enum(['fp32', 'fp16'])
    .default('fp16')
    .describe('of the TensorRT engine that is built from a .pth or .onnx'),
  vidStride: whole.min(1).default(1).describe('take every N-th frame').meta({ metavar: 'N' }),
  start: z.number().min(0).default(0).describe('begin here').meta({ metavar: 'SECONDS' }),
  duration: z
    .number()
    .positive()
    .optional()
    .describe('stop after this much of the source')
    .meta({ metavar: 'SECONDS' }),
  maxFrames: whole.min(1).optional().describe('stop after so many frames').meta({ metavar: 'N' }),
  fps: z
    .number()
    .positive()
    .optional()
    .describe('frame rate of images and raw frames, which carry none (default 30)')
    .meta({ metavar: 'RATE' }),
  rawSize: z
    .string()
    .regex(/^[1-9]\d*x[1-9]\d*$/, 'WIDTHxHEIGHT such as 1920x1080')
    .optional()
    .describe('size of the raw frames on standard input')
    .meta({ metavar: 'WxH' }),
  rawFormat: z.enum(['rgb24', 'bgr24']).default('rgb24').describe('pixels of the raw frames on standard input'),
  videoBackend: z.enum(['auto', 'node-av', 'ffmpeg']).default('auto').describe('what reads and writes video'),
  ...resultShape,
  save: outputFile
    .describe('write the annotated video; a name without extension is a folder of images')
    .meta({ metavar: 'FILE.mp4', file: true }),
  detections: outputFile
    .describe('write detections with embeddings, for fairmot associate')
    .meta({ metavar: 'FILE.json', file: true }),
  detectionsConf: conf
    .optional()
    .describe('write detections that score above this (default: those that the tracker uses)')
    .meta({ metavar: 'P' }),
});

/** Options of `fairmot export`: the exporter's own, and where the result goes. */
export const exportFlagsSchema = z.object({
  output: outputFile
    .describe('file to write (default: the checkpoint with .onnx)')
    .meta({ short: 'o', metavar: 'FILE.onnx' }),
  ...exportOptionsSchema.shape,
  overwrite: flag.describe('replace the output if it exists'),
  quiet: flag.describe('no summary'),
});

/** Options of `fairmot build`: the builder's own, the size for a checkpoint, and where the result goes. */
export const buildFlagsSchema = z.object({
  output: outputFile
    .describe('file to write (default: the model with .engine)')
    .meta({ short: 'o', metavar: 'FILE.engine' }),
  height: size.optional().describe('height of the input, for a checkpoint (default 608)').meta({ metavar: 'PX' }),
  width: size.optional().describe('width of the input, for a checkpoint (default 1088)').meta({ metavar: 'PX' }),
  ...buildOptionsSchema.shape,
  overwrite: flag.describe('replace the output if it exists'),
  quiet: flag.describe('no progress, no summary'),
});

/** Options of `fairmot compare`. */
export const compareOptionsSchema = z.object({
  source: z.string().min(1).optional().describe('film or images to compare on').meta({ metavar: 'SOURCE' }),
  frames: whole.min(1).default(10).describe('at most so many frames').meta({ metavar: 'N' }),
  vidStride: whole.min(1).default(1).describe('take every N-th frame').meta({ metavar: 'N' }),
  atol: z
    .number()
    .min(0)
    .optional()
    .describe('exit with 1 if any |a - b| exceeds this + rtol * |a|')
    .meta({ metavar: 'X' }),
  rtol: z.number().min(0).default(0).describe('see --atol').meta({ metavar: 'X' }),
  conf: conf.default(0.4).describe('detections above this are compared').meta({ metavar: 'P' }),
  topK: whole.min(1).max(1000).default(500).describe('at most so many detections a frame').meta({ metavar: 'N' }),
  height: size.optional().describe('height of the input, for checkpoints (default 608)').meta({ metavar: 'PX' }),
  width: size.optional().describe('width of the input, for checkpoints (default 1088)').meta({ metavar: 'PX' }),
  gpu: whole.min(0).default(0).describe('number of the GPU for engines').meta({ metavar: 'N' }),
  json: flag.describe('as JSON'),
});

/** Options of `fairmot associate`; the ones left out come from the detections file. */
export const associateOptionsSchema = z.object({
  config: configFlag,
  ...trackerShape,
  conf: conf.optional().describe("as in track (default: the file's)").meta({ metavar: 'P' }),
  trackBuffer: whole.min(1).optional().describe("as in track (default: the file's)").meta({ metavar: 'N' }),
  ...resultShape,
});

/** What a config file may hold: settings of any verb that takes one, under the names of the flags. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('where an editor finds the schema'),
    ...trackOptionsSchema.omit({ config: true }).shape,
  })
  .describe('Settings of `--config FILE`; what is left out has its default');

/** Options of `fairmot config`. */
export const configFlagsSchema = z.object({
  config: configFlag,
  ...trackerShape,
  output: outputFile.describe('file to write (default: standard output)').meta({ short: 'o', metavar: 'FILE.json' }),
  overwrite: flag.describe('replace the output if it exists'),
});

export type TrackOptions = z.infer<typeof trackOptionsSchema>;
export type AssociateOptions = z.infer<typeof associateOptionsSchema>;
export type ExportFlags = z.infer<typeof exportFlagsSchema>;
export type BuildFlags = z.infer<typeof buildFlagsSchema>;
export type CompareOptions = z.infer<typeof compareOptionsSchema>;
export type ConfigFlags = z.infer<typeof configFlagsSchema>;
