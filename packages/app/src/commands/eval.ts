// fairmot eval: tracks and ground truth in, metrics out.
import {
  clearFrames,
  combined,
  evaluate,
  type MetricFamily,
  type Sequence,
  sequenceFromRows,
} from '@trt-fairmot/evaluation';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { openTextSink } from '@trt-fairmot/media';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { type Figures, tableLines } from '../evaluation/figures.js';
import { evaluationPage, type SequenceErrors } from '../evaluation/html.js';
import type { EvalOptions } from '../evaluation/options.js';
import { type SequenceFiles, sequenceFilesAt } from '../evaluation/sequence-files.js';
import { readRows, readTruth } from '../evaluation/truth.js';

/** Prints the metrics as tables or JSON, and writes the page that is asked for. */
export async function evaluateFiles(options: EvalOptions): Promise<ExitCode> {
  const { gt, pred } = options;
  if (!gt || !pred) {
    throw new FairmotError(`Expected --gt and --pred but received ${gt ? 'no --pred' : 'no --gt'}`, { kind: 'usage' });
  }
  const toPage = options.report === '-';
  if (toPage && options.json) {
    throw new FairmotError('Expected one output at most on standard output but received --json and --report -', {
      kind: 'usage',
    });
  }
  const sink = options.report ? await openTextSink(options.report, { overwrite: options.overwrite }) : null;
  try {
    const { figures, errors } = await measure(await sequenceFilesAt(gt, pred, options.sequences?.split(',')), options);
    if (options.json) console.log(JSON.stringify(figures, null, 2));
    else if (!toPage) for (const line of tableLines(figures)) console.log(line);
    await sink?.write(evaluationPage(figures, errors));
    await sink?.close();
  } catch (error) {
    await sink?.abort();
    throw error;
  }
  return exitCode.ok;
}

async function measure(
  files: readonly SequenceFiles[],
  options: EvalOptions,
): Promise<{ figures: Figures; errors: SequenceErrors[] }> {
  const families = options.metrics.split(',') as MetricFamily[];
  const sequences: Figures['sequences'][number][] = [];
  const errors: SequenceErrors[] = [];
  for (const one of files) {
    const { rows, benchmark, frameCount } = await readTruth(one, options.benchmark);
    const film = { benchmark, ...(frameCount === undefined ? {} : { frameCount }) };
    const sequence = sequenceFromRows(rows, await readRows(one.prediction), film);
    sequences.push({ name: one.name, benchmark, ...evaluate(sequence, families) });
    if (options.report) errors.push(errorsOf(one.name, sequence));
  }
  return { figures: { sequences, combined: combined(sequences) }, errors };
}

const errorsOf = (name: string, sequence: Sequence): SequenceErrors => ({
  name,
  frameCount: sequence.frameCount,
  frames: clearFrames(sequence),
  identities: sequence.truthNames,
});
