// fairmot associate: the tracker on stored detections, without a network.
import type { ZoneCounter } from '@trt-fairmot/counting';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { detectionConfidence, type TrackerInput, tracksForOutput } from '@trt-fairmot/tracker';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import type { AssociateOptions } from '../options.js';
import type { FrameInfo, Output, TextResult } from '../output/output.js';
import { openMotOutput, openNdjsonOutput } from '../output/text-outputs.js';
import { contentOfJsonFile } from '../pipeline/json-file.js';
import { countLines, openCounter } from '../pipeline/zones-file.js';
import { type DetectionsFile, type DetectionsFrame, detectionsFileSchema } from '../schemas.js';
import { trackerFromFlags, trackerOptionsFromFlags } from '../tracker-flags.js';

/** Reads a detections file, tracks, writes tracks; returns the exit code. */
export async function associate(path: string, options: AssociateOptions, signal: AbortSignal): Promise<ExitCode> {
  if (!options.mot && !options.json) {
    throw new FairmotError('Expected --mot FILE or --json FILE but received neither', { kind: 'usage' });
  }
  const file = await readDetectionsFile(path);
  const frameRate = file.frame_rate;
  const ofFile = { confidence: file.conf_thres, trackBuffer: file.track_buffer, frameRate };
  const tracker = trackerFromFlags(options, ofFile);
  const lowest = detectionConfidence(options.tracker, trackerOptionsFromFlags(options, ofFile));
  const counter = await counterFor(file, options);
  const outputs: Output<TextResult>[] = [];
  const ids = new Set<number>();
  const started = performance.now();
  try {
    if (options.mot) outputs.push(await openMotOutput(options.mot, options.overwrite));
    if (options.json) outputs.push(await openNdjsonOutput(options.json, options.overwrite));
    for (const entry of file.frames) {
      if (signal.aborted) break;
      const detections = trackerInputFrom(entry, lowest);
      const tracks = tracksForOutput(tracker.update(detections), options);
      for (const { id } of tracks) ids.add(id);
      const frame = frameFrom(entry, frameRate);
      const result = { frame, detections, tracks, ...(counter ? { counts: counter.update(tracks) } : {}) };
      for (const output of outputs) await output.write(result);
    }
  } catch (error) {
    await Promise.allSettled(outputs.map((output) => output.abort()));
    throw error;
  }
  for (const output of outputs) await output.close();
  if (!options.quiet) {
    const ms = (performance.now() - started) / Math.max(1, file.frames.length);
    console.error(`✓ ${file.frames.length} frames, ${ids.size} tracks, ${ms.toFixed(2)} ms a frame`);
    for (const line of counter ? countLines(counter.totals()) : []) console.error(line);
  }
  return signal.aborted ? exitCode.interrupted : exitCode.ok;
}

/** The counter of --count, for the size of the first frame. */
async function counterFor(file: DetectionsFile, options: AssociateOptions): Promise<ZoneCounter | null> {
  const [first] = file.frames;
  if (!options.count || !first) return null;
  const { frame_rate: frameRate, track_buffer: trackBuffer } = file;
  const { width, height } = first;
  return openCounter(options.count, { width, height, frameRate, trackBuffer: options.trackBuffer ?? trackBuffer });
}

/** @throws FairmotError that names the first entry that does not fit */
export async function readDetectionsFile(path: string): Promise<DetectionsFile> {
  const hint = 'write one with: fairmot track SOURCE --detections detections.json';
  const json = await contentOfJsonFile(path, 'a detections file', { kind: 'input', hint });
  const parsed = detectionsFileSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new FairmotError(
      `Expected the detections format in ${path} but received at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`,
      { hint },
    );
  }
  return parsed.data;
}

type StoredDetections = TrackerInput & {
  boxes: Float32Array;
  scores: Float32Array;
  embeddings: Float32Array;
  classes: Int32Array;
};

/** The rows above the confidence, as the network would have given them. */
export function trackerInputFrom(entry: DetectionsFrame, confidence: number): StoredDetections {
  const kept = entry.detections.filter(({ score }) => score > confidence);
  const embeddingSize = entry.detections[0]?.embedding.length ?? 0;
  const uneven = kept.find(({ embedding }) => embedding.length !== embeddingSize);
  if (uneven) {
    throw new FairmotError(
      `Expected embeddings of ${embeddingSize} numbers in frame ${entry.frame} but received one of ${uneven.embedding.length}`,
    );
  }
  return {
    count: kept.length,
    boxes: Float32Array.from(kept.flatMap(({ tlwh: [x, y, w, h] }) => [x, y, x + w, y + h])), // [count, 4]
    scores: Float32Array.from(kept, ({ score }) => score), // [count]
    classes: new Int32Array(kept.length), // [count]
    embeddings: Float32Array.from(kept.flatMap(({ embedding }) => embedding)), // [count, embeddingSize]
    embeddingSize,
  };
}

function frameFrom(entry: DetectionsFrame, frameRate: number): FrameInfo {
  const { frame, time = (frame - 1) / frameRate, width, height } = entry;
  return { index: frame, time, width, height };
}
