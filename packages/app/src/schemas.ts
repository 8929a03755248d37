// The shapes of what `track` and `associate` read and write; `fairmot schema` prints them as JSON Schema.
import { z } from 'zod';
import { figuresSchema } from './evaluation/figures.js';
import { configSchema } from './options.js';

const box = z
  .tuple([z.number(), z.number(), z.number().min(0), z.number().min(0)])
  .describe('left, top, width, height in pixels of the source; may reach outside the image');

const direction = z.enum(['in', 'out']).describe('in: from the left of the line to its right, seen along its points');
const total = z.number().int().min(0);

const countsSchema = z.object({
  crossings: z
    .array(z.object({ line: z.string(), id: z.number().int().min(1), direction }))
    .describe('crossings that were counted in this frame'),
  lines: z.array(z.object({ name: z.string(), in: total, out: total })).describe('crossings of each line so far'),
  regions: z
    .array(z.object({ name: z.string(), count: total, ids: z.array(z.number().int().min(1)) }))
    .describe('who is in each region now'),
});

/** One line of `--json`: all tracks of one frame. */
export const frameTracksSchema = z
  .object({
    frame: z.number().int().min(1).describe('number of the frame in the source, from 1'),
    time: z.number().min(0).describe('seconds from the beginning of the source'),
    tracks: z.array(
      z.object({
        id: z.number().int().min(1).describe('identity, constant over the frames'),
        box,
        score: z.number().min(0).max(1).describe('confidence of the last detection'),
      }),
    ),
    counts: countsSchema.optional().describe('with --count: crossings of lines and people in regions'),
  })
  .describe('One line of `fairmot track --json`');

const detectionSchema = z.object({
  tlwh: box,
  score: z.number().min(0).max(1),
  embedding: z.array(z.number()).min(1).describe('re-identification vector, L2-normalised'),
});

const detectionFrameSchema = z.object({
  frame: z.number().int().min(1),
  time: z.number().min(0).optional().describe('seconds; where absent, (frame - 1) / frame_rate'),
  width: z.number().int().min(1).describe('of the source, in pixels'),
  height: z.number().int().min(1),
  detections: z.array(detectionSchema).describe('best first'),
});

/** The file of `--detections`: what the network saw, enough to run the tracker again. */
export const detectionsFileSchema = z
  .object({
    weights: z.string().describe('name of the model file'),
    input: z.tuple([z.number().int(), z.number().int()]).describe('height, width of the network input'),
    conf_thres: z.number().min(0).max(1),
    frame_rate: z.number().positive(),
    track_buffer: z.number().int().min(1),
    frames: z.array(detectionFrameSchema),
  })
  .describe('The file of `fairmot track --detections`, read by `fairmot associate`');

const zoneSchema = (least: number) =>
  z.strictObject({
    name: z.string().min(1).describe('of its own among all lines and regions'),
    points: z
      .array(z.tuple([z.number(), z.number()]))
      .min(least)
      .describe('x, y of each point, from the upper left corner'),
  });

/** The file of `--count`. */
export const zonesFileSchema = z
  .strictObject({
    $schema: z.string().optional().describe('where an editor finds the schema'),
    units: z
      .enum(['pixels', 'fractions'])
      .default('pixels')
      .describe('of the points: pixels of the frame, or fractions of its width and height'),
    anchor: z
      .enum(['bottom', 'center', 'top'])
      .default('bottom')
      .describe('which point of a box counts: the middle of its lower edge, its centre, the middle of its upper edge'),
    margin: z
      .number()
      .min(0)
      .default(0.1)
      .describe(
        "how far it must get from a line before a crossing counts, as a share of the box's height; raising it ignores more trembling",
      ),
    lines: z
      .array(zoneSchema(2))
      .default([])
      .describe('lines of two points or more; in is from their left to their right'),
    regions: z.array(zoneSchema(3)).default([]).describe('polygons of three points or more'),
  })
  .describe('The file of `fairmot track --count`');

export type ZonesFile = z.infer<typeof zonesFileSchema>;
export type FrameTracks = z.infer<typeof frameTracksSchema>;
export type DetectionsFile = z.infer<typeof detectionsFileSchema>;
export type DetectionsFrame = z.infer<typeof detectionFrameSchema>;

/** Every format by the name that `fairmot schema NAME` takes. */
export const schemas = {
  ndjson: frameTracksSchema,
  detections: detectionsFileSchema,
  evaluation: figuresSchema,
  zones: zonesFileSchema,
  config: configSchema,
} as const;
