// The `fairmot` command: verbs, help and examples. What the verbs do is in ../commands.

import { Argument, Command, CommanderError } from 'commander';
import { associate } from '../commands/associate.js';
import { bench } from '../commands/bench.js';
import { compare } from '../commands/compare.js';
import { config } from '../commands/config.js';
import { doctor } from '../commands/doctor.js';
import { inspect } from '../commands/inspect.js';
import { type SchemaName, schema, schemaNames } from '../commands/schema.js';
import { serve } from '../commands/serve.js';
import { track } from '../commands/track.js';
import {
  associateOptionsSchema,
  benchOptionsSchema,
  compareOptionsSchema,
  configFlagsSchema,
  trackOptionsSchema,
} from '../options.js';
import { serveOptionsSchema } from '../serve-options.js';
import { version } from '../version.js';
import { addEval, addTune } from './evaluation-verbs.js';
import { type ExitCode, exitCode } from './exit-code.js';
import { addFlags, parseFlags } from './flags.js';
import { withInterrupt } from './interrupt.js';
import { addBuild, addExport, addQuantize, translated } from './model-verbs.js';
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

function addServe(program: Command, finish: Finish): void {
  const command = program
    .command('serve')
    .summary('watch live tracking in a browser')
    .description(
      'Track cameras, streams and films, and show them on a local web page; tracks for other programs as events.',
    )
    .argument('<source...>', 'video files, folders, globs, cameras, URLs')
    .action(async (sources: string[], flags: Record<string, unknown>) => {
      finish(
        await withInterrupt(async (signal) => serve(sources, await settingsFrom(serveOptionsSchema, flags), signal)),
      );
    });
  addFlags(command, serveOptionsSchema).addHelpText(
    'after',
    examples(
      'fairmot serve street.mp4 --loop --model fairmot_dla34.pth',
      'fairmot serve 0 rtsp://camera/stream --model model.onnx --port 9000',
      'curl -N http://127.0.0.1:8080/api/tracks   # tracks as server-sent events',
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

function addBench(program: Command, finish: Finish): void {
  const command = program
    .command('bench')
    .summary('time a model, from the network alone to tracks')
    .description(
      'Time a model on this machine: the network alone, a frame in memory to tracks stage by stage, and several streams at once. Without SOURCE, the frames are 1920x1080.',
    )
    .argument('[source]', 'film or images whose first frames are used')
    .action(async (source: string | undefined, flags: Record<string, unknown>) => {
      finish(await withInterrupt((signal) => bench(source, parseFlags(benchOptionsSchema, flags), signal)));
    });
  addFlags(command, benchOptionsSchema).addHelpText(
    'after',
    examples(
      'fairmot bench --model fairmot_dla34.pth',
      'fairmot bench street.mp4 --model fairmot.engine --streams 8 --report bench.html',
      'fairmot bench --model fairmot_dla34.pth --device cpu --layers --json > bench.json',
      'fairmot bench --model fairmot_dla34.pth --batch 8 --precision fp16',
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
  addServe(program, finish);
  addExport(program, finish);
  addQuantize(program, finish);
  addBuild(program, finish);
  addCompare(program, finish);
  addAssociate(program, finish);
  addEval(program, finish);
  addTune(program, finish);
  addConfig(program, finish);
  addBench(program, finish);
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
