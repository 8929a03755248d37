// fairmot build: a checkpoint or network in, a TensorRT engine out.
import { extname } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { ModelProto } from '@trt-fairmot/onnx-export';
import { type BuildHooks, saveEngine } from '@trt-fairmot/trt-builder';
import type { LogMessage } from '@trt-fairmot/trt-runtime';
import pc from 'picocolors';
import { calibrationFlagsOf } from '../calibration/options.js';
import { type QuantizationHooks, quantizationFrom } from '../calibration/quantization.js';
import { BuildProgressLine } from '../cli/build-progress.js';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { flagFrom } from '../cli/flags.js';
import type { BuildFlags } from '../options.js';
import { requireAbsent } from '../output/require-absent.js';
import { chosenModel } from '../pipeline/chosen-model.js';
import { engineFromModel } from '../pipeline/engine-file.js';

/** Builds and writes the engine with its description; prints trtexec's greppable line last. */
export async function build(modelPath: string, flags: BuildFlags, signal: AbortSignal): Promise<ExitCode> {
  const { calibration, options: rest } = calibrationFlagsOf(flags);
  const { output, overwrite, quiet, height, width, ...options } = rest;
  if (flags.calib !== undefined && options.precision !== 'int8') {
    throw new FairmotError(`Expected --precision int8 with --calib but received ${options.precision}`, {
      kind: 'usage',
    });
  }
  const path = output ?? `${modelPath.slice(0, modelPath.length - extname(modelPath).length)}.engine`;
  if (!overwrite) await requireAbsent(path);
  const model = await chosenModel({ model: modelPath, height, width });
  if (model.kind === 'engine') {
    throw new FairmotError(`Expected a .pth or .onnx model to build from but received ${modelPath}`, { kind: 'usage' });
  }
  const progress = quiet ? null : new BuildProgressLine();
  const notes: string[] = [];
  const quantization = async (network: ModelProto) => {
    const onProgress: QuantizationHooks['onProgress'] = (state) => progress?.update(state);
    const { notes: told, ...found } = await quantizationFrom(network, modelPath, calibration, { signal, onProgress });
    notes.push(...told);
    return found;
  };
  const hooks: Omit<BuildHooks, 'backend'> = {
    signal,
    onLog: (message) => printLog(message, options.verbose),
    rebuildArguments: rebuildArguments(flags),
    quantization,
    ...(progress ? { onProgress: progress.update } : {}),
  };
  const built = await engineFromModel(model, options, hooks).finally(() => progress?.finish());
  await saveEngine(path, built, { overwrite });
  if (!quiet) for (const line of [...builtLines(path, built), ...notes.map((note) => `  ${note}`)]) console.error(line);
  return exitCode.ok;
}

function printLog({ severity, message }: LogMessage, verbose: boolean): void {
  if (severity === 'error' || severity === 'internal-error' || verbose)
    console.error(pc.dim(`TensorRT ${severity}: ${message}`));
}

/** What to say behind the model to build the same again. */
function rebuildArguments({ output: _, overwrite: __, quiet: ___, ...flags }: BuildFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
    return value === true ? [flagFrom(name)] : [flagFrom(name), Array.isArray(value) ? value.join(',') : String(value)];
  });
}

function builtLines(
  path: string,
  { engine, manifest, reports }: Awaited<ReturnType<typeof engineFromModel>>,
): string[] {
  const passes = reports.filter(({ changed }) => changed > 0).map(({ pass, changed }) => `${pass} ${changed}`);
  const { min, max } = manifest.batch;
  return [
    `✓ ${path}: ${(engine.length / 1e6).toFixed(1)} MB in ${manifest.build.seconds.toFixed(0)} s`,
    `  ${manifest.precision}, TensorRT ${manifest.tensorrt}, ${manifest.gpu.name}, batch ${min === max ? min : `${min} to ${max}`}`,
    `  graph passes: ${passes.join(', ') || 'none changed anything'}`,
    ...reports.flatMap(({ pass, notes }) => notes.map((note) => `  ${pass}: ${note}`)),
  ];
}
