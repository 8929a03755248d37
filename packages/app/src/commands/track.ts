// fairmot track: a source and a model in, result files out.
import type { ZoneCounter } from '@trt-fairmot/counting';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { type FrameSource, openSource, type SourceOptions } from '@trt-fairmot/media';
import { detectionConfidence } from '@trt-fairmot/tracker';
import pc from 'picocolors';
import { BuildProgressLine } from '../cli/build-progress.js';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { Progress } from '../cli/progress.js';
import type { TrackOptions } from '../options.js';
import type { Output } from '../output/output.js';
import { openDetectionsOutput, openMotOutput, openNdjsonOutput } from '../output/text-outputs.js';
import { openVideoOutput } from '../output/video-output.js';
import { type ChosenModel, chosenModel } from '../pipeline/chosen-model.js';
import { type OpenDetector, openDetector } from '../pipeline/open-detector.js';
import { summaryLines } from '../pipeline/summary.js';
import { type TrackingSummary, trackFrames } from '../pipeline/track-frames.js';
import { countLines, openCounter } from '../pipeline/zones-file.js';
import { trackerFromFlags, trackerOptionsFromFlags } from '../tracker-flags.js';

/** Runs the whole job; returns the exit code. */
export async function track(sourceName: string, options: TrackOptions, signal: AbortSignal): Promise<ExitCode> {
  requireOneStandardOutput(options);
  const tell = options.quiet ? () => undefined : (line: string) => console.error(line);
  const model = await chosenModel(options);
  for (const note of model.notes) tell(pc.dim(note));
  const source = await openSource(sourceName, sourceOptions(options, signal));
  try {
    const counter = await counterFor(source, options);
    const detector = await openDetectorFor(model, options, signal);
    try {
      for (const note of detector.notes) tell(pc.dim(note));
      const outputs = await openOutputs(source, model, detector, counter, options);
      const summary = await runAndClose(source, detector, counter, outputs, options, signal);
      for (const line of summaryLines(summary, detector.stages())) tell(line);
      for (const line of counter ? countLines(counter.totals()) : []) tell(line);
      for (const line of writtenLines(options)) tell(line);
      for (const warning of source.warnings) console.error(`${pc.yellow('warning:')} ${warning}`);
      return summary.interrupted ? exitCode.interrupted : exitCode.ok;
    } finally {
      await detector.close();
    }
  } finally {
    await source.close();
  }
}

function requireOneStandardOutput(options: TrackOptions): void {
  const toStandardOutput = [options.mot, options.json, options.detections].filter((path) => path === '-');
  if (toStandardOutput.length <= 1) return;
  throw new FairmotError('Expected one output at most on standard output but received several "-"', { kind: 'usage' });
}

function sourceOptions(options: TrackOptions, signal: AbortSignal): SourceOptions {
  const [width, height] = options.rawSize?.split('x').map(Number) ?? [];
  const frameRate = options.fps ?? 30;
  return {
    backend: options.videoBackend,
    start: options.start,
    stride: options.vidStride,
    frameRate,
    hold: 5,
    signal,
    ...(options.duration === undefined ? {} : { duration: options.duration }),
    ...(options.maxFrames === undefined ? {} : { maxFrames: options.maxFrames }),
    ...(width && height ? { raw: { width, height, format: options.rawFormat, frameRate } } : {}),
  };
}

async function counterFor(source: FrameSource, options: TrackOptions): Promise<ZoneCounter | undefined> {
  if (!options.count) return undefined;
  const { width, height } = source;
  const frameRate = source.frameRate / options.vidStride;
  return openCounter(options.count, { width, height, frameRate, trackBuffer: options.trackBuffer });
}

async function openDetectorFor(model: ChosenModel, options: TrackOptions, signal: AbortSignal): Promise<OpenDetector> {
  const { device, topK, threads, precision, quiet } = options;
  const wanted = detectionConfidence(options.tracker, trackerOptionsFromFlags(options));
  const confidence = Math.min(wanted, options.detectionsConf ?? 1);
  const progress = quiet ? null : new BuildProgressLine();
  try {
    const hooks = progress ? { onProgress: progress.update } : {};
    return await openDetector({ model, device, confidence, topK, threads, precision, signal, ...hooks });
  } finally {
    progress?.finish();
  }
}

/** Opens all outputs, or none: what was opened before a failure is taken back. The video comes last, since it draws into the frame. */
async function openOutputs(
  source: FrameSource,
  model: ChosenModel,
  detector: OpenDetector,
  counter: ZoneCounter | undefined,
  options: TrackOptions,
): Promise<Output[]> {
  const { mot, json, detections, save, overwrite, conf, trackBuffer, vidStride, videoBackend } = options;
  const frameRate = source.frameRate / vidStride;
  const input: [number, number] = [detector.inputSize.height, detector.inputSize.width];
  const header = { weights: model.path, input, conf_thres: conf, frame_rate: frameRate, track_buffer: trackBuffer };
  const openers = [
    mot && (() => openMotOutput(mot, overwrite)),
    json && (() => openNdjsonOutput(json, overwrite)),
    detections && (() => openDetectionsOutput(detections, header, overwrite)),
    save &&
      (() => openVideoOutput(save, source, { overwrite, frameRate, backend: videoBackend, zones: counter?.zones })),
  ];
  const outputs: Output[] = [];
  for (const open of openers) {
    if (!open) continue;
    const output = await open().catch(async (error: unknown) => {
      await Promise.allSettled(outputs.map((opened) => opened.abort()));
      throw error;
    });
    outputs.push(output);
  }
  return outputs;
}

/** Tracks, then closes the outputs; what was tracked before a failure is kept, and nothing is written where no frame came. */
async function runAndClose(
  source: FrameSource,
  detector: OpenDetector,
  counter: ZoneCounter | undefined,
  outputs: readonly Output[],
  options: TrackOptions,
  signal: AbortSignal,
): Promise<TrackingSummary> {
  const tracker = trackerFromFlags(options, { frameRate: source.frameRate / options.vidStride });
  const progress = options.quiet ? null : new Progress();
  let done = 0;
  try {
    const summary = await trackFrames({
      frames: source,
      detector,
      tracker,
      filter: options,
      counter,
      outputs,
      inFlight: detector.inFlight,
      signal,
      onFrame: (_, tracks) => {
        done += 1;
        progress?.update({ done, total: source.frameCount, objects: tracks.length });
      },
    });
    progress?.finish();
    for (const output of outputs) await output.close();
    return summary;
  } catch (error) {
    progress?.finish();
    await Promise.allSettled(outputs.map((output) => (done > 0 ? output.close() : output.abort())));
    throw error;
  }
}

function writtenLines(options: TrackOptions): string[] {
  const named = Object.entries({
    tracks: options.mot,
    'JSON lines': options.json,
    detections: options.detections,
    video: options.save,
  });
  return named.filter(([, path]) => path && path !== '-').map(([name, path]) => `  ${name}: ${path}`);
}
