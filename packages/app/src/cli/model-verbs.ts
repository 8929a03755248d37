// Declares the verbs that make networks and engines.
import { optionsFromTrtexecFlags } from '@trt-fairmot/trt-builder';
import type { Command } from 'commander';
import { build } from '../commands/build.js';
import { exportCheckpoint } from '../commands/export.js';
import { quantize } from '../commands/quantize.js';
import { buildFlagsSchema, exportFlagsSchema, quantizeFlagsSchema } from '../options.js';
import { addFlags, flagFrom, parseFlags } from './flags.js';
import { withInterrupt } from './interrupt.js';
import { examples, type Finish } from './verb.js';

/** `fairmot export` */
export function addExport(program: Command, finish: Finish): void {
  const command = program
    .command('export')
    .summary('write a checkpoint as an ONNX network')
    .description('Write a FairMOT checkpoint (.pth) as an ONNX network.')
    .argument('<checkpoint>', 'PyTorch checkpoint')
    .action(async (checkpoint: string, flags: Record<string, unknown>) => {
      finish(await exportCheckpoint(checkpoint, parseFlags(exportFlagsSchema, flags)));
    });
  addFlags(command, exportFlagsSchema).addHelpText(
    'after',
    examples(
      'fairmot export fairmot_dla34.pth -o model.onnx',
      'fairmot export fairmot_dla34.pth -o model.onnx --height 320 --width 576 --outputs detections',
      'fairmot export fairmot_dla34.pth -o recipe.onnx --dcn dcnv2',
    ),
  );
}

/** `fairmot quantize` */
export function addQuantize(program: Command, finish: Finish): void {
  const command = program
    .command('quantize')
    .summary('write a network with int8 quantisation')
    .description(
      'Calibrate a network on images and write it with int8 quantisation (QuantizeLinear, DequantizeLinear), for TensorRT and ONNX Runtime.',
    )
    .argument('<model>', '.onnx of fairmot export, or a checkpoint (.pth)')
    .action(async (model: string, flags: Record<string, unknown>) => {
      finish(await withInterrupt((signal) => quantize(model, parseFlags(quantizeFlagsSchema, flags), signal)));
    });
  addFlags(command, quantizeFlagsSchema).addHelpText(
    'after',
    examples(
      'fairmot quantize model.onnx -o model.int8.onnx --calib calib/calib.txt',
      "fairmot quantize model.onnx --calib images.txt --calib-method percentile --keep-fp16 'base.level5.*'",
      'fairmot quantize model.onnx --calib images.txt --keep-fp16 auto --keep-fp16-target 0.02',
    ),
  );
}

/** `fairmot build` */
export function addBuild(program: Command, finish: Finish): void {
  const command = program
    .command('build')
    .summary('build a TensorRT engine')
    .description(
      "Build a TensorRT engine from a checkpoint (.pth) or network (.onnx). trtexec's --onnx= --saveEngine= --fp16 --int8 --calib= --workspace= are understood too.",
    )
    .argument('<model>', '.pth or .onnx')
    .action(async (model: string, flags: Record<string, unknown>) => {
      finish(await withInterrupt((signal) => build(model, parseFlags(buildFlagsSchema, flags), signal)));
    });
  addFlags(command, buildFlagsSchema).addHelpText(
    'after',
    examples(
      'fairmot build fairmot_dla34.pth -o fairmot.engine --precision fp16',
      'fairmot build model.onnx --max-batch 8 --timing-cache tactics.cache',
      'fairmot build model.onnx --precision int8 --calib calib/calib.txt',
      'fairmot build --onnx=model.onnx --saveEngine=model.engine --fp16 --workspace=512',
    ),
  );
}

/** A command line in trtexec's spelling, in ours. */
export function translated(args: readonly string[]): readonly string[] {
  if (args[0] !== 'build') return args;
  const { onnx, output, calib, options, rest, notes } = optionsFromTrtexecFlags(args.slice(1));
  for (const note of notes) console.error(`note: ${note}`);
  const flags = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [flagFrom(name)] : [flagFrom(name), String(value)];
  });
  return [
    'build',
    ...(onnx ? [onnx] : []),
    ...rest,
    ...flags,
    ...(calib ? ['--calib', calib] : []),
    ...(output ? ['--output', output] : []),
  ];
}
