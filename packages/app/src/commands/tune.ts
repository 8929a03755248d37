// fairmot tune: the best thresholds of a tracker for stored detections with ground truth.
import { setImmediate } from 'node:timers/promises';
import { combined, type Evaluation, evaluate, type MetricFamily } from '@trt-fairmot/evaluation';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { openTextSink } from '@trt-fairmot/media';
import pc from 'picocolors';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { readConfig } from '../cli/settings.js';
import { TrialProgress } from '../cli/trial-progress.js';
import { sequenceFilesAt } from '../evaluation/sequence-files.js';
import { requireAbsent } from '../output/require-absent.js';
import type { TrackerFlags } from '../tracker-flags.js';
import type { TuneMetric, TuneOptions } from '../tune/options.js';
import { type Measured, type Outcome, outcomeLines } from '../tune/outcome.js';
import { Search, simplified } from '../tune/search.js';
import { searchSpaces } from '../tune/start.js';
import { readStoredFilm, type StoredFilm, trackedSequence } from '../tune/stored-film.js';

/** Searches, prints the best settings and writes them; what was found before an interruption is kept. */
export async function tune(options: TuneOptions, signal: AbortSignal): Promise<ExitCode> {
  const { gt, detections, output } = options;
  if (!gt || !detections) {
    const missing = gt ? 'no --detections' : 'no --gt';
    throw new FairmotError(`Expected --gt and --detections but received ${missing}`, { kind: 'usage' });
  }
  if (!options.overwrite) await requireAbsent(output);
  const { films, heldOut } = await readFilms(gt, detections, options);
  const spaces = await searchSpaces(films, options);
  const search = new Search(spaces, options);
  await runTrials(search, films, options, signal);
  const [first, ...others] = search.distinct(options.top);
  if (!first) return exitCode.interrupted;
  const best = [simplified(first, spaces, (settings) => scoreOf(films, settings, options.metric)), ...others];
  const measured = (settings: TrackerFlags): Measured => ({
    settings,
    figures: measure(films, settings),
    ...(heldOut.length > 0 ? { heldOut: measure(heldOut, settings) } : {}),
  });
  const outcome: Outcome = {
    metric: options.metric,
    trials: search.ranking.length,
    start: spaces.map(({ start }) => measured(start)),
    best: best.map(({ settings }) => measured(settings)),
  };
  if (options.json) console.log(JSON.stringify(outcome, null, 2));
  else for (const line of outcomeLines(outcome)) console.log(line);
  warnOfLoss(outcome, options.metric);
  await writeSettings(outcome.best[0]!.settings, options);
  return signal.aborted ? exitCode.interrupted : exitCode.ok;
}

/** The films to search on, and those kept back. */
async function readFilms(gt: string, detections: string, options: TuneOptions) {
  const kept = options.holdOut?.split(',') ?? [];
  const only = options.sequences?.split(',');
  const files = await sequenceFilesAt(gt, detections, only && [...only, ...kept], 'detections');
  const unknown = kept.find((name) => !files.some((one) => one.name === name));
  if (unknown !== undefined || kept.length === files.length) {
    const names = files.map(({ name }) => name).join(', ');
    throw new FairmotError(`Expected --hold-out to name some of ${names} but received ${options.holdOut}`, {
      kind: 'usage',
    });
  }
  const films = await Promise.all(files.map((one) => readStoredFilm(one, options.benchmark)));
  return {
    films: films.filter(({ name }) => !kept.includes(name)),
    heldOut: films.filter(({ name }) => kept.includes(name)),
  };
}

/** Says so where the search fits its own films only. */
function warnOfLoss({ start, best }: Outcome, metric: TuneMetric): void {
  const after = best[0]!;
  const before = start.find(({ settings }) => settings.tracker === after.settings.tracker) ?? start[0]!;
  if (!after.heldOut || !before.heldOut || metricOf(after.heldOut, metric) >= metricOf(before.heldOut, metric)) return;
  console.error(
    `${pc.yellow('warning:')} on the sequences kept back ${metric} is lower than before; search on more film, or fewer thresholds with --only`,
  );
}

async function runTrials(
  search: Search,
  films: readonly StoredFilm[],
  { metric, trials, quiet }: TuneOptions,
  signal: AbortSignal,
): Promise<void> {
  const progress = quiet ? null : new TrialProgress();
  try {
    for (let settings = search.next(); settings && !signal.aborted; settings = search.next()) {
      search.tell(settings, scoreOf(films, settings, metric));
      const best = `${metric} ${(100 * search.ranking[0]!.score).toFixed(2)}`;
      progress?.update({ done: search.ranking.length, total: trials, best });
      await setImmediate(); // lets Ctrl-C in
    }
  } finally {
    progress?.finish();
  }
}

const familyOf: Record<TuneMetric, MetricFamily> = { HOTA: 'hota', MOTA: 'clear', IDF1: 'identity' };

function scoreOf(films: readonly StoredFilm[], settings: TrackerFlags, metric: TuneMetric): number {
  return metricOf(measure(films, settings, [familyOf[metric]]), metric);
}

const metricOf = ({ hota, clear, identity }: Evaluation, metric: TuneMetric): number =>
  ({ HOTA: hota?.HOTA, MOTA: clear?.MOTA, IDF1: identity?.IDF1 })[metric] ?? Number.NEGATIVE_INFINITY;

function measure(films: readonly StoredFilm[], settings: TrackerFlags, families?: readonly MetricFamily[]): Evaluation {
  return combined(films.map((film) => evaluate(trackedSequence(film, settings), families)));
}

/** Also keeps whatever else the config file held. */
async function writeSettings(settings: TrackerFlags, { config, output, overwrite, quiet }: TuneOptions): Promise<void> {
  const file = config ? await readConfig(config) : {};
  const sink = await openTextSink(output, { overwrite });
  await sink.write(`${JSON.stringify({ ...file, ...settings }, null, 2)}\n`);
  await sink.close();
  if (!quiet) console.error(`  settings: ${output}`);
}
