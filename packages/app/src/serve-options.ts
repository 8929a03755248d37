// Every option of `serve` once: type, default and help.
import { z } from 'zod';
import { trackOptionsSchema } from './options.js';
import { trackerShape } from './tracker-flags.js';

const flag = z.boolean().default(false);
const whole = z.number().int();

/** Options of `fairmot serve`: the model's and tracker's as in `track`, and the server's own. */
export const serveOptionsSchema = z.object({
  port: whole.min(0).max(65535).default(8080).describe('port of the page (0: any free one)').meta({ metavar: 'N' }),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address to listen on; 0.0.0.0 lets the whole network in, without a password')
    .meta({ metavar: 'ADDRESS' }),
  allowHost: z
    .string()
    .min(1)
    .optional()
    .describe('a further name by which browsers may call this machine (several: a,b)')
    .meta({ metavar: 'NAME' }),
  loop: flag.describe('begin files again at their end'),
  fast: flag.describe('take files as fast as the machine goes, not in their own time'),
  paused: flag.describe('wait for Start on the page'),
  quality: whole.min(1).max(100).default(80).describe('of the JPEG pictures').meta({ metavar: 'N' }),
  viewWidth: whole.min(64).default(1280).describe('wider pictures are scaled down for viewers').meta({ metavar: 'PX' }),
  viewRate: z.number().positive().default(30).describe('at most so many pictures a second').meta({ metavar: 'FPS' }),
  ...trackOptionsSchema.pick({ config: true, model: true, device: true, height: true, width: true }).shape,
  ...trackerShape,
  ...trackOptionsSchema.pick({
    topK: true,
    threads: true,
    precision: true,
    vidStride: true,
    fps: true,
    videoBackend: true,
    reconnect: true,
    cameraSize: true,
    quiet: true,
  }).shape,
  count: z
    .string()
    .min(1)
    .optional()
    .describe(
      'count by the lines and regions of this file (fairmot schema zones); for several sources one each: a.json,b.json',
    )
    .meta({ metavar: 'ZONES.json', file: true }),
});

export type ServeOptions = z.infer<typeof serveOptionsSchema>;
