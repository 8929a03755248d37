// What `eval` found, and its JSON.
import { type Benchmark, type Evaluation, type MetricFamily, metricFamilies } from '@trt-fairmot/evaluation';
import { z } from 'zod';

const fraction = z.number();
const count = z.number().int().min(0);
const hotaShape = {
  HOTA: fraction,
  DetA: fraction,
  AssA: fraction,
  LocA: fraction,
  DetRe: fraction,
  DetPr: fraction,
  AssRe: fraction,
  AssPr: fraction,
};

const metricsShape = {
  frames: count,
  hota: z
    .object({
      ...hotaShape,
      thresholds: z
        .array(z.object({ alpha: fraction, ...hotaShape, TP: count, FN: count, FP: count }))
        .describe('the same at each IoU threshold'),
    })
    .optional()
    .describe('means over the thresholds 0.05 to 0.95'),
  clear: z
    .object({
      MOTA: fraction,
      MOTP: fraction.describe('mean IoU of the matches'),
      recall: fraction,
      precision: fraction,
      TP: count,
      FP: count,
      FN: count,
      IDSW: count,
      Frag: count,
      MT: count,
      PT: count,
      ML: count,
    })
    .optional(),
  identity: z
    .object({ IDF1: fraction, IDP: fraction, IDR: fraction, IDTP: count, IDFP: count, IDFN: count })
    .optional(),
};

/** What `fairmot eval --json` prints. */
export const figuresSchema = z
  .object({
    sequences: z.array(
      z.object({
        name: z.string(),
        benchmark: z.enum(['mot15', 'mot16', 'mot17', 'mot20']).describe('whose preprocessing'),
        ...metricsShape,
      }),
    ),
    combined: z.object(metricsShape).describe('all sequences together'),
  })
  .describe('The result of `fairmot eval --json`; rates are fractions, not per cent');

/** The same in the program. */
export interface Figures {
  readonly sequences: readonly (Evaluation & { readonly name: string; readonly benchmark: Benchmark })[];
  readonly combined: Evaluation;
}

/** The columns of each family's table. */
export const familyColumns: Record<MetricFamily, readonly string[]> = {
  hota: ['HOTA', 'DetA', 'AssA', 'LocA', 'DetRe', 'DetPr', 'AssRe', 'AssPr'],
  clear: ['MOTA', 'MOTP', 'recall', 'precision', 'MT', 'PT', 'ML', 'FP', 'FN', 'IDSW', 'Frag'],
  identity: ['IDF1', 'IDP', 'IDR', 'IDTP', 'IDFP', 'IDFN'],
};

const counts = new Set(['MT', 'PT', 'ML', 'FP', 'FN', 'IDSW', 'Frag', 'IDTP', 'IDFP', 'IDFN']);

/** A figure as tables show it: rates in per cent. */
export function figureText(evaluation: Evaluation, family: MetricFamily, column: string): string {
  const value = (evaluation[family] as Readonly<Record<string, unknown>> | undefined)?.[column];
  if (typeof value !== 'number') return '-';
  return counts.has(column) ? String(value) : (100 * value).toFixed(2);
}

/** The tables of all measured families, one below the other. */
export function tableLines({ sequences, combined }: Figures): string[] {
  const rows = [...sequences.map((one) => ({ name: one.name, one })), { name: 'COMBINED', one: combined }];
  const width = Math.max(...rows.map(({ name }) => name.length));
  return metricFamilies
    .filter((family) => combined[family])
    .flatMap((family, index) => {
      const columns = familyColumns[family];
      const cells = rows.map(({ one }) => columns.map((column) => figureText(one, family, column)));
      const widths = columns.map((column, c) => Math.max(column.length, ...cells.map((row) => row[c]!.length)));
      const line = (name: string, row: readonly string[]) =>
        `${name.padEnd(width)}  ${row.map((cell, c) => cell.padStart(widths[c]!)).join('  ')}`;
      return [...(index > 0 ? [''] : []), line('', columns), ...rows.map(({ name }, r) => line(name, cells[r]!))];
    });
}
