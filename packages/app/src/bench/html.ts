// The report as a page.
import {
  barChart,
  details,
  facts,
  grid,
  type HtmlPart,
  numberText,
  page,
  paragraph,
  section,
  table,
  tiles,
} from '@trt-fairmot/report';
import type { BenchResult, LayerResult, StreamsResult } from './result.js';
import type { Statistics } from './statistics.js';
import { nameOf, settingText, text, timesByKind } from './text.js';

type Times = Readonly<Record<string, Statistics>>;

const timesTable = (times: Times, caption: string) =>
  table({
    columns: ['ms', 'min', 'mean', 'median', 'p90', 'p99', 'max', 'runs'],
    rows: Object.entries(times).map(([name, { min, mean, median, p90, p99, max, count }]) => [
      nameOf(name),
      ...[min, mean, median, p90, p99, max, count],
    ]),
    caption,
  });

/** Median, and on top of it what is missing to p90 and p99. */
const timesChart = (times: Times, title: string) =>
  barChart({
    title,
    label: 'ms',
    parts: ['median', 'to p90', 'to p99'],
    bars: Object.entries(times).map(([name, { median, p90, p99 }]) => ({
      name: nameOf(name),
      values: [median, p90 - median, p99 - p90],
      text: text(median),
    })),
  });

function streamsSection(throughput: StreamsResult): HtmlPart {
  const { streams, framesPerSecond, inFlight, batch, leastShare, mostShare } = throughput;
  const title = streams.length === 1 ? 'One stream, frames overlapping' : `${streams.length} streams at once`;
  const known = streams.flatMap(({ latency }, index) => (latency ? [{ name: `stream ${index + 1}`, latency }] : []));
  const latencies = Object.fromEntries(known.map(({ name, latency }) => [name, latency]));
  return section(
    title,
    paragraph(
      `${inFlight} frames of each stream are on their way at a time${batch > 1 ? `, in batches of at most ${batch}` : ''}; a frame's latency includes waiting for those before it. Together ${numberText(framesPerSecond)} frames/s${
        streams.length > 1
          ? `; the slowest stream got ${leastShare.toFixed(2)}, the fastest ${mostShare.toFixed(2)} of an equal part`
          : ''
      }.`,
    ),
    grid(
      streams.length > 1 &&
        barChart({
          title: 'Frames a second',
          label: 'frames/s',
          bars: streams.map(({ framesPerSecond: rate }, index) => ({ name: `stream ${index + 1}`, values: [rate] })),
        }),
      known.length > 0 && timesChart(latencies, 'Latency of a frame'),
    ),
    known.length > 0 && timesTable(latencies, 'Latency'),
  );
}

function layersSection(layers: readonly LayerResult[]): HtmlPart {
  const longest = [...layers].sort((a, b) => b.ms - a.ms);
  const bars = longest.slice(0, 20).map(({ name, ms }) => ({ name, values: [ms] }));
  const kinds = timesByKind(layers);
  const rest = { kind: 'all others', count: 0, ms: 0 };
  for (const { count, ms } of kinds.slice(12)) {
    rest.count += count;
    rest.ms += ms;
  }
  return section(
    'Layers',
    paragraph('Medians of profiled runs, which are slower than plain ones: read them as shares.', 'note'),
    grid(
      barChart({
        title: 'By kind',
        label: 'ms',
        bars: [...kinds.slice(0, 12), ...(rest.count > 0 ? [rest] : [])].map(({ kind, count, ms }) => ({
          name: `${kind || 'other'} (${count})`,
          values: [ms],
        })),
      }),
      barChart({ title: 'The longest', label: 'ms', bars }),
    ),
    details(
      `All ${layers.length} layers`,
      table({ columns: ['layer', 'kind', 'ms'], rows: layers.map(({ name, kind, ms }) => [name, kind, ms]) }),
    ),
  );
}

/** A self-contained page of the benchmark. */
export function benchPage(result: BenchResult): string {
  const { network, frame, throughput, layers, warnings, versions } = result;
  const whole = frame?.stages['whole frame'];
  const head = [
    { value: numberText(network.throughput), label: `images/s, network alone, batch ${network.batch}` },
    { value: `${text(network.times.compute?.median ?? 0)} ms`, label: 'network, median' },
    ...(whole ? [{ value: `${text(whole.median)} ms`, label: 'frame to tracks, median' }] : []),
    ...(throughput ? [{ value: numberText(throughput.framesPerSecond), label: 'frames/s to tracks' }] : []),
  ];
  const { 'whole frame': _, total: __, ...parts } = frame?.stages ?? {};
  const body = [
    tiles(head),
    warnings.map((warning) => paragraph(`${warning}.`, 'warning')),
    section(
      'The network alone',
      paragraph(`Batch ${network.batch}, ${network.submission}.`, 'note'),
      grid(timesChart(network.times, 'Times of a batch')),
      timesTable(network.times, `Batch ${network.batch}`),
    ),
    frame &&
      section(
        'From a frame to tracks',
        paragraph(
          `One frame at a time, ${frame.width}x${frame.height}, held in memory (${result.frames}); ${numberText(frame.tracks)} tracks a frame.`,
          'note',
        ),
        grid(timesChart(parts, 'By stage'), whole && timesChart({ 'whole frame': whole }, 'Whole frame')),
        timesTable(frame.stages, 'By stage'),
      ),
    throughput && streamsSection(throughput),
    layers && layersSection(layers),
    section(
      'How it was measured',
      facts({ model: result.model, device: result.device, precision: result.precision, ...versions }),
    ),
  ];
  return page({ title: 'fairmot bench', lead: settingText(result), body, footer: `fairmot ${versions.fairmot ?? ''}` });
}
