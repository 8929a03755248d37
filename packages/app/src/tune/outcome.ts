// What `tune` found, as a table.
import type { Evaluation, MetricFamily } from '@trt-fairmot/evaluation';
import { flagFrom } from '../cli/flags.js';
import { figureText } from '../evaluation/figures.js';
import type { TrackerFlags } from '../tracker-flags.js';

/** Settings with all their figures. */
export interface Measured {
  readonly settings: TrackerFlags;
  readonly figures: Evaluation;
  /** On the sequences that were kept back. */
  readonly heldOut?: Evaluation;
}

/** What `fairmot tune --json` prints. */
export interface Outcome {
  readonly metric: string;
  readonly trials: number;
  /** Before the search; the chosen tracker's, or each one's. */
  readonly start: readonly Measured[];
  /** Best first. */
  readonly best: readonly Measured[];
}

const columns: readonly (readonly [MetricFamily, string])[] = [
  ['hota', 'HOTA'],
  ['clear', 'MOTA'],
  ['identity', 'IDF1'],
  ['hota', 'DetA'],
  ['hota', 'AssA'],
  ['clear', 'FP'],
  ['clear', 'FN'],
  ['clear', 'IDSW'],
];

/** Tables of the start and the best, and the best settings beside those at the start. */
export function outcomeLines({ start, best }: Outcome): string[] {
  const heldOut = start[0]?.heldOut
    ? ['', 'on the sequences kept back', ...tableOf(start, best, (one) => one.heldOut)]
    : [];
  return [...tableOf(start, best, (one) => one.figures), ...heldOut, '', ...settingLines(start, best[0]!)];
}

function tableOf(
  start: readonly Measured[],
  best: readonly Measured[],
  figuresOf: (one: Measured) => Evaluation | undefined,
): string[] {
  const rows = [
    ...start.map((one) => ({ name: `start ${one.settings.tracker}`, one })),
    ...best.map((one, rank) => ({ name: `${rank + 1}     ${one.settings.tracker}`, one })),
  ];
  const cells = rows.map(({ one }) =>
    columns.map(([family, column]) => figureText(figuresOf(one) ?? { frames: 0 }, family, column)),
  );
  const widths = columns.map(([, name], c) => Math.max(name.length, ...cells.map((row) => row[c]!.length)));
  const line = (name: string, row: readonly string[]) =>
    `${name.padEnd(14)}${row.map((cell, c) => `  ${cell.padStart(widths[c]!)}`).join('')}`;
  return [
    line(
      '',
      columns.map(([, name]) => name),
    ),
    ...rows.map(({ name }, r) => line(name, cells[r]!)),
  ];
}

function settingLines(start: readonly Measured[], { settings }: Measured): string[] {
  const before = start.find((one) => one.settings.tracker === settings.tracker)?.settings;
  return Object.entries(settings).map(([name, value]) => {
    const old = before?.[name as keyof TrackerFlags];
    const change = old === undefined || old === value ? '' : `  (was ${number(old)})`;
    return `${flagFrom(name).padEnd(24)}${number(value)}${change}`;
  });
}

const number = (value: unknown) => (typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value));
