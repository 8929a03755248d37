// What FairMOT's own tracker made of made-up scenes (tools/fixtures/tracker_scenes.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrackerInput, TrackerOptions } from '../src/index.js';

export const sceneNames = ['tie', 'walkers', 'revivals', 'tiny', 'specks', 'crowd'] as const;

export interface Scene {
  readonly options: Partial<TrackerOptions>;
  readonly frames: readonly { input: TrackerInput; tracks: readonly ExpectedTrack[] }[];
}

/** id, x, y, width, height, score. */
export type ExpectedTrack = readonly [number, number, number, number, number, number];

export function sceneFrom(name: (typeof sceneNames)[number]): Scene {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', `${name}.ndjson`), 'utf8');
  const [header, ...frames] = text.trim().split('\n');
  const { conf_thres, frame_rate, track_buffer } = JSON.parse(header!);
  return {
    options: { confidence: conf_thres, frameRate: frame_rate, trackBuffer: track_buffer },
    frames: frames.map((line) => {
      const { detections, tracks } = JSON.parse(line);
      return { input: inputFrom(detections), tracks };
    }),
  };
}

/** Detections from rows x1, y1, x2, y2, score, embedding. */
export function inputFrom(rows: readonly (readonly number[])[]): TrackerInput {
  return {
    count: rows.length,
    boxes: Float32Array.from(rows.flatMap((row) => row.slice(0, 4))),
    scores: Float32Array.from(rows, (row) => row[4]!),
    embeddings: Float32Array.from(rows.flatMap((row) => row.slice(5))),
    embeddingSize: rows[0] ? rows[0].length - 5 : 0,
  };
}
