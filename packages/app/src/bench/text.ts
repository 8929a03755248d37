// The report as lines for a terminal.
import type { BenchResult, LayerResult, StreamsResult } from './result.js';
import type { Statistics } from './statistics.js';

/** Milliseconds or a rate with as many digits as matter. */
export const text = (value: number) => value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 1);

const columns = ['min', 'mean', 'median', 'p90', 'p99'] as const;
const names: Readonly<Record<string, string>> = {
  h2d: 'copy to the GPU',
  compute: 'compute',
  d2h: 'copy from the GPU',
  latency: 'all three',
  total: 'on the GPU, all',
};

/** What a row of times is called. */
export const nameOf = (key: string) => names[key] ?? key;

function timesTable(times: Readonly<Record<string, Statistics>>): string[] {
  const head = `  ${'ms'.padEnd(20)}${columns.map((column) => column.padStart(9)).join('')}`;
  const rows = Object.entries(times).map(
    ([name, statistics]) =>
      `  ${nameOf(name).padEnd(20)}${columns.map((column) => text(statistics[column]).padStart(9)).join('')}`,
  );
  return [head, ...rows];
}

/** `fp32, 320x576, CPU` and the like. */
export function settingText({ model, device, precision, input }: BenchResult): string {
  return `${model}, ${input.height}x${input.width}, ${precision}, ${device}`;
}

function streamLines({ streams, framesPerSecond, inFlight, batch, leastShare, mostShare }: StreamsResult): string[] {
  const head = `${streams.length === 1 ? 'one stream' : `${streams.length} streams`}, ${inFlight} frames of each on their way${batch > 1 ? `, in batches of at most ${batch}` : ''}: ${text(framesPerSecond)} frames/s`;
  const rows = streams.map(({ frames, framesPerSecond: rate, latency, longestGap }, index) => {
    const waits = latency ? `latency median ${text(latency.median)}, p99 ${text(latency.p99)} ms` : 'no result';
    return `  stream ${index + 1}: ${text(rate)} frames/s (${frames}), ${waits}, longest time without a result ${text(longestGap)} ms`;
  });
  if (streams.length === 1) return [head, ...rows];
  return [head, ...rows, `  shares of an equal part: least ${leastShare.toFixed(2)}, most ${mostShare.toFixed(2)}`];
}

/** Times of layers added up by what they are, longest first. */
export function timesByKind(layers: readonly LayerResult[]): { kind: string; count: number; ms: number }[] {
  const kinds = new Map<string, { kind: string; count: number; ms: number }>();
  for (const { kind, ms } of layers) {
    const entry = kinds.get(kind) ?? { kind, count: 0, ms: 0 };
    kinds.set(kind, { kind, count: entry.count + 1, ms: entry.ms + ms });
  }
  return [...kinds.values()].sort((a, b) => b.ms - a.ms);
}

function layerLines(layers: readonly LayerResult[]): string[] {
  const sum = layers.reduce((total, { ms }) => total + ms, 0);
  const longest = [...layers].sort((a, b) => b.ms - a.ms).slice(0, 20);
  return [
    `layers: ${layers.length}, ${text(sum)} ms (medians; profiled runs are slower than plain ones)`,
    ...timesByKind(layers).map(({ kind, count, ms }) => `  ${text(ms).padStart(8)}  ${count} x ${kind || 'other'}`),
    '  the longest:',
    ...longest.map(({ name, kind, ms }) => `  ${text(ms).padStart(8)}  ${kind.padEnd(14)} ${name.slice(0, 90)}`),
  ];
}

/** All of the report. */
export function benchLines(result: BenchResult): string[] {
  const { network, frame, throughput, layers } = result;
  const copies = network.throughputWithCopies;
  const lines = [
    settingText(result),
    `network alone, batch ${network.batch}: ${text(network.throughput)} images/s${copies === null ? '' : `, ${text(copies)} with copies`} (${network.submission}; ${network.times.compute?.count ?? 0} runs)`,
    ...timesTable(network.times),
  ];
  if (network.contextBytes !== null)
    lines.push(`  device memory of its context: ${(network.contextBytes / 2 ** 20).toFixed(1)} MiB`);
  if (frame) {
    const { count = 0 } = frame.stages['whole frame'] ?? {};
    lines.push(
      `frame in memory to tracks, one at a time: ${frame.width}x${frame.height}, ${result.frames}, ${text(frame.tracks)} tracks a frame (${count} runs)`,
    );
    lines.push(...timesTable(frame.stages));
  }
  if (throughput) lines.push(...streamLines(throughput));
  if (layers) lines.push(...layerLines(layers));
  return lines;
}
