// The `fairmot` command: verbs, help and examples. What the verbs do is in ../commands.

import { optionsFromTrtexecFlags } from '@trt-fairmot/trt-builder';
import { Argument, Command, CommanderError } from 'commander';
import { associate } from '../commands/associate.js';
import { build } from '../commands/build.js';
import { compare } from '../commands/compare.js';
import { config } from '../commands/config.js';
import { doctor } from '../commands/doctor.js';
import { exportCheckpoint } from '../commands/export.js';
import { inspect } from '../commands/inspect.js';
import { type SchemaName, schema, schemaNames } from '../commands/schema.js';
import { track } from '../commands/track.js';
import {
  associateOptionsSchema,
  buildFlagsSchema,
  compareOptionsSchema,
  configFlagsSchema,
  exportFlagsSchema,
  trackOptionsSchema,
} from '../options.js';
import { version } from '../version.js';
import { addEval, addTune } from './evaluation-verbs.js';
import { type ExitCode, exitCode } from './exit-code.js';
import { addFlags, flagFrom, parseFlags } from './flags.js';
import { withInterrupt } from './interrupt.js';
import { reportError } from './report-error.js';
import { settingsFrom } from './settings.js';
import { examples, type Finish } from './verb.js';

function addTrack(program: Command, finish: Finish): void {
  const command = program
    .command('track')
    .summary('track people in a video, images or a camera')
    .description(
      'Track people in a video file, an image folder or glob, a camera (0), an rtsp or http URL, or raw frames on standard input (-).',
    )
    .argument('<source>', 'video file, folder, glob, camera, URL, or - for raw frames')
    .action(async (source: string, flags: Record<string, unknown>) => {
      finish(
        await withInterrupt(async (signal) => track(source, await settingsFrom(trackOptionsSchema, flags), signal)),
      );
    });
  addFlags(command, trackOptionsSchema).addHelpText(
    'after',
    examples(
      'fairmot track street.mp4 --model fairmot_dla34.pth --mot tracks.txt --save tracks.mp4',
      'fairmot track frames/ --model model.onnx --fps 25 --json - | jq .tracks',
      'fairmot track street.mp4 --model model.onnx --tracker byte --conf 0.5 --mot tracks.txt',
      'fairmot track rtsp://camera/stream --model model.onnx --json tracks.ndjson --max-frames 1000',
      'ffmpeg -i in.mkv -f rawvideo -pix_fmt rgb24 - | fairmot track - --raw-size 1920x1080 --fps 30 --mot tracks.txt',
    ),
  );
}

function addExport(program: Command, finish: Finish): void {
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

function addAssociate(program: Command, finish: Finish): void {
  const command = program
    .command('associate')
    .summary('run the tracker on stored detections')
    .description('Run the tracker on stored detections, without a network. Options left out come from the file.')
    .argument('<detections>', 'file of fairmot track --detections')
    .action(async (path: string, flags: Record<string, unknown>) => {
      finish(
        await withInterrupt(async (signal) =>
          associate(path, await settingsFrom(associateOptionsSchema, flags), signal),
        ),
      );
    });
  addFlags(command, associateOptionsSchema).addHelpText(
    'after',
    examples(
      'fairmot associate detections.json --mot tracks.txt',
      'fairmot associate detections.json --tracker jde --appearance-threshold 0.6 --mot jde.txt',
      'fairmot associate detections.json --conf 0.5 --track-buffer 60 --mot tracks.txt --overwrite',
    ),
  );
}

function addBuild(program: Command, finish: Finish): void {
  const command = program
    .command('build')
    .summary('build a TensorRT engine')
    .description(
      "Build a TensorRT engine from a checkpoint (.pth) or network (.onnx). trtexec's --onnx= --saveEngine= --fp16 --workspace= are understood too.",
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
      'fairmot build --onnx=model.onnx --saveEngine=model.engine --fp16 --workspace=512',
    ),
  );
}

/** A command line in trtexec's spelling, in ours. */
function translated(args: readonly string[]): readonly string[] {
  if (args[0] !== 'build') return args;
  const { onnx, output, options, rest, notes } = optionsFromTrtexecFlags(args.slice(1));
  for (const note of notes) console.error(`note: ${note}`);
  const flags = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [flagFrom(name)] : [flagFrom(name), String(value)];
  });
  return ['build', ...(onnx ? [onnx] : []), ...rest, ...flags, ...(output ? ['--output', output] : [])];
}

function addCompare(program: Command, finish: Finish): void {
  const command = program
    .command('compare')
    .summary('compare two models on the same frames')
    .description(
      'Run two models on the same frames and print the error of each head and stage. .pth and .onnx run on the CPU, .engine on the GPU.',
    )
    .argument('<first>', 'the reference: .pth, .onnx or .engine')
    .argument('<second>', '.pth, .onnx or .engine')
    .action(async (first: string, second: string, flags: Record<string, unknown>) => {
      finish(await withInterrupt((signal) => compare(first, second, parseFlags(compareOptionsSchema, flags), signal)));
    });
  addFlags(command, compareOptionsSchema).addHelpText(
    'after',
    examples(
      'fairmot compare fairmot_dla34.pth fairmot.engine --source street.mp4',
      'fairmot compare model.onnx model-fp16.onnx --source frames/ --atol 0.05',
    ),
  );
}

function addConfig(program: Command, finish: Finish): void {
  const command = program
    .command('config')
    .summary('print or write the settings of the tracker')
    .description('Print the settings in force, defaults filled in, as a file for --config; with -o write it.')
    .action(async (flags: Record<string, unknown>) => {
      finish(await config(await settingsFrom(configFlagsSchema, flags)));
    });
  addFlags(command, configFlagsSchema).addHelpText(
    'after',
    examples(
      'fairmot config --tracker byte',
      'fairmot config --tracker byte --conf 0.5 -o fairmot.config.json',
      'fairmot config --config fairmot.config.json',
    ),
  );
}

function addSmallVerbs(program: Command, finish: Finish): void {
  program
    .command('inspect')
    .description('Tell what a checkpoint (.pth), a network (.onnx) or an engine (.engine) holds.')
    .argument('<file>', '.pth, .onnx or .engine')
    .option('--json', 'as JSON', false)
    .action(async (file: string, options: { json: boolean }) => finish(await inspect(file, options)))
    .addHelpText('after', examples('fairmot inspect fairmot_dla34.pth', 'fairmot inspect model.onnx --json'));
  program
    .command('doctor')
    .description('Tell what this machine can run and what to do about the rest.')
    .option('--json', 'as JSON', false)
    .action(async (options: { json: boolean }) => finish(await doctor(options)))
    .addHelpText('after', examples('fairmot doctor', 'fairmot doctor --json'));
  program
    .command('schema')
    .description('Print the JSON Schema of a result format or of the files that the verbs read.')
    .addArgument(new Argument('[format]', 'which format').choices(schemaNames).default('ndjson'))
    .action((name: SchemaName) => schema(name))
    .addHelpText('after', examples('fairmot schema ndjson', 'fairmot schema config'));
}

/** Runs one command line (without `node` and the script) and returns its exit code. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const finish: Finish = (value) => {
    code = value;
  };
  const program = new Command('fairmot')
    .description('FairMOT multi-object tracking, from a PyTorch checkpoint to tracks.')
    .version(version)
    .showHelpAfterError('hint: add --help for the options and examples')
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  addTrack(program, finish);
  addExport(program, finish);
  addBuild(program, finish);
  addCompare(program, finish);
  addAssociate(program, finish);
  addEval(program, finish);
  addTune(program, finish);
  addConfig(program, finish);
  addSmallVerbs(program, finish);
  program.addHelpText(
    'after',
    examples(
      'fairmot track video.mp4 --model fairmot_dla34.pth --save tracks.mp4',
      'fairmot doctor',
      'fairmot track --help',
    ),
  );
  try {
    await program.parseAsync(translated(args), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    return reportError(error);
  }
}
