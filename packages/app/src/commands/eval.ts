// fairmot eval: tracks and ground truth in, metrics out.
import { combined, evaluate, type MetricFamily, sequenceFromRows } from '@trt-fairmot/evaluation';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { type Figures, tableLines } from '../evaluation/figures.js';
import type { EvalOptions } from '../evaluation/options.js';
import { type SequenceFiles, sequenceFilesAt } from '../evaluation/sequence-files.js';
import { readRows, readTruth } from '../evaluation/truth.js';

/** Prints the metrics as tables or JSON. */
export async function evaluateFiles(options: EvalOptions): Promise<ExitCode> {
  const { gt, pred } = options;
  if (!gt || !pred) {
    throw new FairmotError(`Expected --gt and --pred but received ${gt ? 'no --pred' : 'no --gt'}`, { kind: 'usage' });
  }
  const figures = await measure(await sequenceFilesAt(gt, pred, options.sequences?.split(',')), options);
  if (options.json) console.log(JSON.stringify(figures, null, 2));
  else for (const line of tableLines(figures)) console.log(line);
  return exitCode.ok;
}

async function measure(files: readonly SequenceFiles[], options: EvalOptions): Promise<Figures> {
  const families = options.metrics.split(',') as MetricFamily[];
  const sequences: Figures['sequences'][number][] = [];
  for (const one of files) {
    const { rows, benchmark, frameCount } = await readTruth(one, options.benchmark);
    const film = { benchmark, ...(frameCount === undefined ? {} : { frameCount }) };
    const sequence = sequenceFromRows(rows, await readRows(one.prediction), film);
    sequences.push({ name: one.name, benchmark, ...evaluate(sequence, families) });
  }
  return { sequences, combined: combined(sequences) };
}
