// Declares the verbs that measure tracks against ground truth.
import type { Command } from 'commander';
import { evaluateFiles } from '../commands/eval.js';
import { tune } from '../commands/tune.js';
import { evalOptionsSchema } from '../evaluation/options.js';
import { tuneOptionsSchema } from '../tune/options.js';
import { addFlags, parseFlags } from './flags.js';
import { withInterrupt } from './interrupt.js';
import { examples, type Finish } from './verb.js';

/** `fairmot eval` */
export function addEval(program: Command, finish: Finish): void {
  const command = program
    .command('eval')
    .summary('measure tracks against ground truth')
    .description(
      'Measure tracks against ground truth in MOTChallenge format: HOTA, CLEAR MOT and identity metrics, by sequence and combined.',
    )
    .action(async (flags: Record<string, unknown>) => {
      finish(await evaluateFiles(parseFlags(evalOptionsSchema, flags)));
    });
  addFlags(command, evalOptionsSchema).addHelpText(
    'after',
    examples(
      'fairmot eval --gt street/gt.txt --pred tracks.txt',
      'fairmot eval --gt MOT17/train --pred results --metrics hota,clear --report figures.html',
      'fairmot eval --gt MOT20/train --pred results --sequences MOT20-01,MOT20-02 --json > figures.json',
    ),
  );
}

/** `fairmot tune` */
export function addTune(program: Command, finish: Finish): void {
  const command = program
    .command('tune')
    .summary("search a tracker's thresholds")
    .description(
      'Search the thresholds of a tracker that suit your film: stored detections and ground truth in, settings for fairmot track --config out. No network runs.',
    )
    .action(async (flags: Record<string, unknown>) => {
      finish(await withInterrupt((signal) => tune(parseFlags(tuneOptionsSchema, flags), signal)));
    });
  addFlags(command, tuneOptionsSchema).addHelpText(
    'after',
    examples(
      'fairmot track street.mp4 --detections street.json --detections-conf 0.1',
      'fairmot tune --gt street/gt.txt --detections street.json -o street.config.json',
      'fairmot tune --gt MOT17/train --detections detections --tracker all --hold-out MOT17-09,MOT17-11 --trials 500',
      'fairmot track other.mp4 --config street.config.json --mot tracks.txt',
    ),
  );
}
