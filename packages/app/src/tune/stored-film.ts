// Stored detections with their ground truth: what a trial tracks and measures.
import { type MotBox, rowsFromBoxes, type Sequence, sequenceFromRows } from '@trt-fairmot/evaluation';
import { type TrackerInput, tracksForOutput } from '@trt-fairmot/tracker';
import { readDetectionsFile, trackerInputFrom } from '../commands/associate.js';
import type { SequenceFiles } from '../evaluation/sequence-files.js';
import { readTruth, type Truth } from '../evaluation/truth.js';
import { type TrackerFlags, trackerFromFlags } from '../tracker-flags.js';
import type { TuneOptions } from './options.js';

/** One film. */
export interface StoredFilm {
  readonly name: string;
  readonly truth: Truth;
  readonly frameRate: number;
  /** As the file says. */
  readonly conf: number;
  readonly trackBuffer: number;
  /** Lowest score of a detection; 1 where there are none. */
  readonly lowestScore: number;
  readonly frames: readonly { readonly number: number; readonly detections: TrackerInput }[];
}

/** Reads both files of a film; throws FairmotError for what does not fit. */
export async function readStoredFilm(files: SequenceFiles, benchmark: TuneOptions['benchmark']): Promise<StoredFilm> {
  const file = await readDetectionsFile(files.prediction);
  const scores = file.frames.flatMap(({ detections }) => detections.map(({ score }) => score));
  return {
    name: files.name,
    truth: await readTruth(files, benchmark),
    frameRate: file.frame_rate,
    conf: file.conf_thres,
    trackBuffer: file.track_buffer,
    lowestScore: scores.reduce((lowest, score) => Math.min(lowest, score), 1),
    frames: file.frames.map((entry) => ({ number: entry.frame, detections: trackerInputFrom(entry, -1) })),
  };
}

/** Tracks a film with the settings and pairs the result with the ground truth. */
export function trackedSequence({ name, truth, frameRate, frames }: StoredFilm, settings: TrackerFlags): Sequence {
  const tracker = trackerFromFlags(settings, { frameRate });
  const boxes: MotBox[] = [];
  for (const { number, detections } of frames) {
    for (const { id, box } of tracksForOutput(tracker.update(detections), settings))
      boxes.push({ frame: number, id, box });
  }
  const { benchmark, frameCount } = truth;
  return sequenceFromRows(truth.rows, rowsFromBoxes(boxes, `the tracks of ${name}`), {
    benchmark,
    ...(frameCount === undefined ? {} : { frameCount }),
  });
}
