// The page of fairmot track --report.

import { colorFromId } from '@trt-fairmot/media';
import {
  barChart,
  facts,
  gallery,
  grid,
  type HtmlPart,
  histogram,
  image,
  lifelines,
  lineChart,
  numberText,
  page,
  paragraph,
  section,
  table,
  tiles,
} from '@trt-fairmot/report';
import type { TrackingSummary } from '../pipeline/track-frames.js';
import { version } from '../version.js';
import type { KeyFrame } from './key-frames.js';
import type { Life, Moment, TrackRecord } from './track-record.js';

/** Said of a run once it is over. */
export interface RunSummary {
  readonly summary: TrackingSummary;
  /** Milliseconds a frame by stage, the detector's own. */
  readonly stages: Readonly<Record<string, number>>;
}

export interface TrackPageOptions {
  readonly source: string;
  /** Names and values of what was set. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly record: TrackRecord;
  readonly pictures: readonly KeyFrame[];
  /** Null where the run ended with an error. */
  readonly run: RunSummary | null;
  readonly warnings: readonly string[];
}

const mostLanes = 60;
const seconds = (value: number) => `${value.toFixed(1)} s`;

function objectsSection({ moments, lives, time }: TrackRecord): HtmlPart {
  const points = (value: (moment: Moment) => number) => moments.map((moment) => [moment.time, value(moment)] as const);
  const shown = lives.length <= mostLanes ? lives : longestLives(lives);
  const color = (id: number) => `rgb(${colorFromId(id).join(' ')})`;
  const note =
    lives.length > mostLanes
      ? `The ${mostLanes} longest of ${lives.length} tracks.`
      : 'Thin parts: lost and found again.';
  return section(
    'Objects',
    grid(
      lineChart({
        title: 'Objects over time',
        x: { label: 'time in the film, s' },
        y: { label: 'objects' },
        steps: true,
        fill: true,
        series: [{ name: 'tracks', points: points(({ tracks }) => tracks) }],
      }),
      histogram({
        title: 'How long tracks were seen',
        values: lives.map(({ spans }) => spans.reduce((sum, [from, to]) => sum + to - from, 0)),
        label: 's',
      }),
      shown.length > 0 &&
        lifelines({
          title: 'Track lifelines',
          full: true,
          label: 'time in the film, s',
          domain: [shown[0]?.spans[0]?.[0] ?? 0, Math.max(time, 0.1)],
          note: `${note} Colours as in the pictures.`,
          lanes: shown.map(({ id, spans }) => ({ name: `#${id}`, spans, color: color(id) })),
        }),
    ),
  );
}

/** The longest, in the order they appeared. */
function longestLives(lives: readonly Life[]): readonly Life[] {
  const kept = new Set([...lives].sort((a, b) => b.frames - a.frames).slice(0, mostLanes));
  return lives.filter((life) => kept.has(life));
}

/** Frames a second between moments, over some twenty to a hundred parts of the run. */
export function speedPoints(moments: readonly Moment[]): [number, number][] {
  const step = Math.max(1, Math.ceil(moments.length / 80));
  const points: [number, number][] = [];
  for (let i = step; i < moments.length; i += step) {
    const [before, now] = [moments[i - step] as Moment, moments[i] as Moment];
    const elapsed = now.elapsedMs - before.elapsedMs;
    if (elapsed > 0) points.push([now.elapsedMs / 1000, (1000 * (now.frames - before.frames)) / elapsed]);
  }
  return points;
}

/** Milliseconds a frame by stage: the pipeline's own and the detector's. */
export function stagesOfRun({ summary, stages }: RunSummary): Record<string, number> {
  const mean = (ms: number) => ms / Math.max(1, summary.frames);
  return {
    'waiting for frames': mean(summary.waitForFrameMs),
    ...stages,
    tracker: mean(summary.trackerMs),
    outputs: mean(summary.outputMs),
  };
}

function speedSection({ moments }: TrackRecord, run: RunSummary | null): HtmlPart {
  const stages = run ? stagesOfRun(run) : {};
  const points = speedPoints(moments);
  return section(
    'Speed',
    paragraph('Stages overlap: a frame is decoded while others are in the network and the tracker.', 'note'),
    grid(
      run &&
        barChart({
          title: 'Milliseconds a frame by stage',
          label: 'ms',
          bars: Object.entries(stages).map(([name, ms]) => ({ name, values: [ms] })),
        }),
      points.length > 1 &&
        lineChart({
          title: 'Speed over the run',
          x: { label: 'time of the run, s' },
          y: { label: 'frames/s' },
          series: [{ name: 'frames/s', points }],
        }),
    ),
  );
}

function tracksTable(lives: readonly Life[]): HtmlPart {
  const rows = [...lives]
    .sort((a, b) => b.frames - a.frames)
    .slice(0, 20)
    .map(({ id, spans, frames }) => [id, spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0, frames, spans.length - 1]);
  return table({
    columns: ['id', 'from, s', 'to, s', 'frames', 'times lost'],
    rows,
    caption: lives.length > 20 ? 'The 20 longest tracks' : 'Tracks, longest first',
  });
}

/** A self-contained page of a tracking run. */
export function trackPage({ source, settings, record, pictures, run, warnings }: TrackPageOptions): string {
  const { frames, lives, objects } = record;
  const rate = run && run.summary.elapsedMs > 0 ? (1000 * frames) / run.summary.elapsedMs : null;
  const ended = run === null ? ['the run ended with an error: the page shows the frames before it'] : [];
  const interrupted = run?.summary.interrupted
    ? ['the run was interrupted: the page shows the frames before that']
    : [];
  const body = [
    tiles([
      { value: frames, label: 'frames' },
      { value: lives.length, label: 'tracks' },
      { value: numberText(objects.mean), label: `objects a frame, ${objects.most} at most` },
      ...(rate === null ? [] : [{ value: numberText(rate), label: 'frames/s' }]),
    ]),
    [...ended, ...interrupted, ...warnings].map((warning) => paragraph(`${warning}.`, 'warning')),
    pictures.length > 0 &&
      section(
        'Key frames',
        gallery(
          ...pictures.map(({ index, time, tracks, jpeg }) =>
            image({
              bytes: jpeg,
              type: 'image/jpeg',
              alt: `frame ${index} with ${tracks} tracks`,
              caption: `frame ${index}, ${seconds(time)}: ${tracks} tracks`,
            }),
          ),
        ),
      ),
    frames > 0 && objectsSection(record),
    lives.length > 0 && tracksTable(lives),
    frames > 0 && speedSection(record, run),
    section('Settings', facts(settings)),
  ];
  return page({ title: `Tracks of ${source}`, body, footer: `fairmot ${version}` });
}
