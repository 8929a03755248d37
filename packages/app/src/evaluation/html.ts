// The result of `eval` as a page.
import { type ClearFrame, type MetricFamily, metricFamilies } from '@trt-fairmot/evaluation';
import {
  barChart,
  grid,
  type HtmlPart,
  lifelines,
  lineChart,
  page,
  paragraph,
  section,
  spansFromNumbers,
  table,
  tiles,
} from '@trt-fairmot/report';
import { type Figures, familyColumns, figureText } from './figures.js';

/** Matches and errors of one sequence, frame by frame; with every identity of its ground truth. */
export interface SequenceErrors {
  readonly name: string;
  readonly frameCount: number;
  readonly frames: readonly ClearFrame[];
  readonly identities: readonly number[];
}

const mostLanes = 40;
const familyNames: Record<MetricFamily, string> = { hota: 'HOTA', clear: 'CLEAR MOT', identity: 'Identity' };

/** A self-contained page: figures, HOTA by overlap, and where in each film the errors are. */
export function evaluationPage(figures: Figures, errors: readonly SequenceErrors[]): string {
  const { sequences, combined } = figures;
  const benchmarks = [...new Set(sequences.map(({ benchmark }) => benchmark.toUpperCase()))].join(', ');
  return page({
    title: 'Tracks against ground truth',
    lead: `${sequences.length === 1 ? sequences[0]?.name : `${sequences.length} sequences`}, ${combined.frames} frames; preprocessing of ${benchmarks}`,
    body: [
      tiles(
        (['HOTA', 'MOTA', 'IDF1', 'IDSW'] as const).flatMap((label) => {
          const family = metricFamilies.find((one) => familyColumns[one].includes(label));
          return family && combined[family] ? [{ label, value: figureText(combined, family, label) }] : [];
        }),
      ),
      section(
        'Figures',
        metricFamilies.filter((family) => combined[family]).map((family) => figuresTable(figures, family)),
      ),
      sequences.length > 1 && section('Sequences', grid(scoreBars(figures), errorBars(figures))),
      combined.hota && section('By overlap', overlapChart(figures)),
      errors.map(sequenceSection),
    ],
    footer: 'Rates in per cent, made by fairmot eval.',
  });
}

function figuresTable({ sequences, combined }: Figures, family: MetricFamily): HtmlPart {
  const columns = familyColumns[family];
  const rows = [...sequences.map((one) => ({ name: one.name, one })), { name: 'COMBINED', one: combined }];
  return table({
    caption: familyNames[family],
    columns: ['', ...columns],
    rows: rows.map(({ name, one }) => [name, ...columns.map((column) => figureText(one, family, column))]),
    strong: [rows.length - 1],
  });
}

function scoreBars({ sequences, combined }: Figures): HtmlPart {
  const [family, column] = combined.hota ? (['hota', 'HOTA'] as const) : (['identity', 'IDF1'] as const);
  if (!combined[family]) return null;
  const bars = sequences.map((one) => {
    const text = figureText(one, family, column);
    return { name: one.name, values: [Number(text)], text };
  });
  return barChart({ title: column, label: 'per cent', bars });
}

function errorBars({ sequences, combined }: Figures): HtmlPart {
  if (!combined.clear) return null;
  return barChart({
    title: 'Errors',
    label: 'boxes; identity switches',
    parts: ['missed (FN)', 'false (FP)', 'switched (IDSW)'],
    bars: sequences.map(({ name, clear }) => ({ name, values: [clear?.FN ?? 0, clear?.FP ?? 0, clear?.IDSW ?? 0] })),
  });
}

function overlapChart({ combined }: Figures): HtmlPart {
  const thresholds = combined.hota?.thresholds ?? [];
  return lineChart({
    title: 'HOTA and its parts, by the overlap that counts as a match',
    note: 'A fall on the right means loose boxes; AssA far below DetA means lost identities, DetA far below AssA missed or false boxes.',
    full: true,
    x: { label: 'IoU threshold' },
    y: { label: 'per cent' },
    series: (['HOTA', 'DetA', 'AssA', 'LocA'] as const).map((name) => ({
      name,
      points: thresholds.map((at) => [at.alpha, 100 * at[name]] as const),
    })),
  });
}

function sequenceSection(errors: SequenceErrors): HtmlPart {
  const { name, frameCount, frames } = errors;
  const of = new Map(frames.map((frame) => [frame.frame, frame]));
  const points = (field: 'FN' | 'FP' | 'IDSW') =>
    Array.from({ length: frameCount }, (_, index) => [index + 1, of.get(index + 1)?.[field] ?? 0] as const);
  return section(
    name,
    lineChart({
      title: 'Errors in each frame',
      full: true,
      steps: true,
      x: { label: 'frame' },
      y: { label: 'boxes; identity switches' },
      series: [
        { name: 'missed', points: points('FN') },
        { name: 'false', points: points('FP') },
        { name: 'switched', points: points('IDSW') },
      ],
    }),
    identityLanes(errors),
  );
}

/** When each person of the ground truth is matched; those matched least first. */
function identityLanes({ frames, identities, frameCount }: SequenceErrors): HtmlPart {
  const matches = new Map<number, { frames: number[]; tracks: Set<number> }>();
  for (const id of identities) matches.set(id, { frames: [], tracks: new Set() });
  for (const { frame, pairs } of frames) {
    for (const { truth, prediction } of pairs) {
      matches.get(truth)?.frames.push(frame);
      matches.get(truth)?.tracks.add(prediction);
    }
  }
  const order = [...matches].sort(([, a], [, b]) => b.tracks.size - a.tracks.size || a.frames.length - b.frames.length);
  const shown = order.slice(0, mostLanes);
  return [
    lifelines({
      title: 'When each identity of the ground truth is matched',
      full: true,
      label: 'frame',
      domain: [1, frameCount],
      lanes: shown.map(([id, { frames: when, tracks }]) => ({
        name: `${id} (${tracks.size} ${tracks.size === 1 ? 'track' : 'tracks'})`,
        spans: spansFromNumbers(when),
      })),
    }),
    order.length > shown.length &&
      paragraph(`The ${shown.length} of ${order.length} identities that are torn into the most tracks.`, 'note'),
  ];
}
