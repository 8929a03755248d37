// fairmot bench: how fast a model runs here, from the network alone to tracks of several streams.
import { basename } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { openTextSink } from '@trt-fairmot/media';
import pc from 'picocolors';
import { doubts, MachineWatch } from '../bench/doubts.js';
import { type BenchFrames, benchFrames } from '../bench/frames.js';
import { benchPage } from '../bench/html.js';
import type { BenchResult } from '../bench/result.js';
import { type BenchRuntime, openRuntime } from '../bench/runtime.js';
import { benchLines } from '../bench/text.js';
import type { Timing } from '../bench/timed-loop.js';
import { allStreams, frameByFrame } from '../bench/whole-frames.js';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import type { BenchOptions } from '../options.js';
import { chosenModel } from '../pipeline/chosen-model.js';
import { demoFilmPath } from '../pipeline/demo-model.js';

/** Measures, then prints the report; returns the exit code. */
export async function bench(
  sourceName: string | undefined,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (options.batch > 1 && options.streams > 1) {
    throw new FairmotError('Expected --batch or --streams but received both', {
      kind: 'usage',
      hint: '--batch measures the network alone; --streams measures frames to tracks',
    });
  }
  if (options.json && options.report === '-') {
    throw new FairmotError('Expected one output at most on standard output but received --json and --report -', {
      kind: 'usage',
    });
  }
  const report = options.report ? await openTextSink(options.report, { overwrite: options.overwrite }) : null;
  try {
    const result = await measured(sourceName, options, signal);
    if (options.json) console.log(JSON.stringify(result, null, 2));
    else for (const line of benchLines(result)) console.log(line);
    for (const warning of result.warnings) console.error(`${pc.yellow('warning:')} ${warning}`);
    await report?.write(benchPage(result));
    await report?.close();
    return result.interrupted ? exitCode.interrupted : exitCode.ok;
  } catch (error) {
    await report?.abort();
    throw error;
  }
}

async function measured(
  sourceName: string | undefined,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<BenchResult> {
  const model = await chosenModel(options);
  const frames = options.batch > 1 ? null : await framesOf(sourceName, options);
  const runtime = await openRuntime(model, options, signal);
  try {
    const watch = new MachineWatch();
    const timing: Timing = {
      warmUpMs: options.warmUp,
      durationMs: 1000 * options.duration,
      leastRuns: 10,
      signal,
    };
    const { input, ...network } = await runtime.network(timing);
    const whole = frames && !signal.aborted ? await measureFrames(runtime, frames, options, timing) : null;
    const result = {
      model: basename(model.path),
      device: runtime.device,
      precision: runtime.precision,
      input,
      versions: runtime.versions,
      frames: frames ? `${frames.images.length} frames of ${frames.origin}` : 'none',
      network,
      frame: whole?.frame ?? null,
      throughput: whole?.throughput ?? null,
      layers: options.layers && !signal.aborted ? await runtime.layers(input) : null,
      interrupted: signal.aborted,
    };
    return { ...result, warnings: doubts(result, watch.othersShare()) };
  } finally {
    await runtime.close();
  }
}

function framesOf(sourceName: string | undefined, { size, frames }: BenchOptions): Promise<BenchFrames> {
  const [width, height] = size?.split('x').map(Number) ?? [];
  const wanted = width && height ? { width, height } : null;
  if (sourceName !== undefined) return benchFrames(sourceName, frames, wanted);
  return benchFrames(demoFilmPath(), frames, wanted ?? { width: 1920, height: 1080 });
}

async function measureFrames(runtime: BenchRuntime, frames: BenchFrames, options: BenchOptions, timing: Timing) {
  const { conf, streams: count } = options;
  const alone = await runtime.streams(1);
  try {
    const [first] = alone.streams;
    if (!first) return null;
    const frame = await frameByFrame(first, frames, conf, timing);
    if (timing.signal?.aborted) return { frame, throughput: null };
    if (count === 1) return { frame, throughput: await allStreams(alone, frames, conf, timing) };
    const together = await runtime.streams(count);
    try {
      return { frame, throughput: await allStreams(together, frames, conf, timing) };
    } finally {
      await together.close();
    }
  } finally {
    await alone.close();
  }
}
