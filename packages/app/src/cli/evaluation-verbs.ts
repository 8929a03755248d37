// Declares the verbs that measure tracks against ground truth.
import type { Command } from 'commander';
import { evaluateFiles } from '../commands/eval.js';
import { evalOptionsSchema } from '../evaluation/options.js';
import { addFlags, parseFlags } from './flags.js';
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
      'fairmot eval --gt MOT17/train --pred results --metrics hota,clear',
      'fairmot eval --gt MOT20/train --pred results --sequences MOT20-01,MOT20-02 --json > figures.json',
    ),
  );
}
