// What FairMOT's own tracker made of made-up scenes (tools/fixtures/tracker_scenes.py), and JDE's and BYTE's of the same ones
// (tools/fixtures/tracker_variants.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LifecycleOptions, TrackerInput } from '../src/index.js';

export const sceneNames = ['tie', 'walkers', 'revivals', 'tiny', 'specks', 'crowd'] as const;

export interface Scene {
  readonly options: Partial<LifecycleOptions>;
  readonly frames: readonly { input: TrackerInput; tracks: readonly ExpectedTrack[] }[];
}

/** id, x, y, width, height, score. */
export type ExpectedTrack = readonly [number, number, number, number, number, number];

export function sceneFrom(name: (typeof sceneNames)[number]): Scene {
  const { options, lines } = fixture(`${name}.ndjson`);
  return { options, frames: lines.map(({ detections, tracks }) => ({ input: inputFrom(detections), tracks })) };
}

/** The same detections, with the scores that the other tracker was given and what it made of them. */
export function variantFrom(name: (typeof sceneNames)[number], kind: 'jde' | 'byte'): Scene {
  const { options, lines } = fixture(`${name}.${kind}.ndjson`);
  const frames = sceneFrom(name).frames.map(({ input }, index) => {
    const { scores = input.scores, tracks } = lines[index];
    return { input: { ...input, scores: Float32Array.from(scores) }, tracks };
  });
  return { options, frames };
}

function fixture(file: string) {
  const [header, ...lines] = readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8')
    .trim()
    .split('\n');
  const { conf_thres, frame_rate, track_buffer } = JSON.parse(header!);
  const options: Partial<LifecycleOptions> = {
    confidence: conf_thres,
    frameRate: frame_rate,
    trackBuffer: track_buffer,
  };
  return { options, lines: lines.map((line) => JSON.parse(line)) };
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
