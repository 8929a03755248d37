// The shapes of what `track` and `associate` read and write; `fairmot schema` prints them as JSON Schema.
import { z } from 'zod';
import { figuresSchema } from './evaluation/figures.js';
import { configSchema } from './options.js';

const box = z
  .tuple([z.number(), z.number(), z.number().min(0), z.number().min(0)])
  .describe('left, top, width, height in pixels of the source; may reach outside the image');

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

export type FrameTracks = z.infer<typeof frameTracksSchema>;
export type DetectionsFile = z.infer<typeof detectionsFileSchema>;
export type DetectionsFrame = z.infer<typeof detectionFrameSchema>;

/** Every format by the name that `fairmot schema NAME` takes. */
export const schemas = {
  ndjson: frameTracksSchema,
  detections: detectionsFileSchema,
  evaluation: figuresSchema,
  config: configSchema,
} as const;
