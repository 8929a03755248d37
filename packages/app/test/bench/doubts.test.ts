import { expect, test } from 'vitest';
import { doubts } from '../../src/bench/doubts.js';
import type { BenchResult } from '../../src/bench/result.js';
import { statisticsOf } from '../../src/bench/statistics.js';
import { largestBatch } from '../../src/bench/streams.js';
import { timesByKind } from '../../src/bench/text.js';

function resultOf(times: number[], leastShare = 1): BenchResult {
  const stream = { frames: 5, framesPerSecond: 5, latency: null, longestGap: 1 };
  return {
    model: 'model.onnx',
    device: 'CPU',
    precision: 'fp32',
    input: { height: 320, width: 576 },
    versions: {},
    frames: 'none',
    network: {
      batch: 1,
      throughput: 10,
      throughputWithCopies: null,
      times: { compute: statisticsOf(times) },
      submission: 'ONNX Runtime',
      contextBytes: null,
    },
    frame: null,
    throughput: {
      inFlight: 2,
      batch: 1,
      seconds: 1,
      framesPerSecond: 10,
      streams: [stream, stream],
      leastShare,
      mostShare: 1,
    },
    layers: null,
    warnings: [],
    interrupted: false,
  };
}
const steady = Array.from({ length: 200 }, (_, index) => 10 + (index % 3) / 10);

test('steady times on a quiet machine raise no doubt', () => {
  expect(doubts(resultOf(steady), 0.02)).toEqual([]);
});

test.each([
  ['a busy machine', resultOf(steady), 0.5, 'other programs took 50%'],
  ['few runs', resultOf([10, 10.1, 10.2]), 0, '3 runs are few'],
  ['times that vary', resultOf(steady.map((ms, index) => (index % 4 ? ms : 2 * ms))), 0, 'vary'],
  ['a starved stream', resultOf(steady, 0.4), 0, 'the slowest got 40% of an equal part'],
  ['an interrupted run', { ...resultOf(steady), interrupted: true }, 0, 'interrupted'],
])('%s is told', (_, result, others, words) => {
  const found = doubts(result, others);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(words);
});

test.each([
  ['fixed', [4, 3, 64, 96], 4],
  ['open', [-1, 3, 64, 96], 8],
])('the largest batch of an engine whose batch is %s', (_, shape, expected) => {
  const size = [3, 64, 96];
  const profiles = [{ min: [1, ...size], opt: [8, ...size], max: [8, ...size] }];
  const input = { name: 'input', mode: 'input', dtype: 'float32', format: 'linear', shape, profiles } as const;
  expect(largestBatch({ tensors: [input] })).toBe(expected);
});

test('kinds add up their layers, longest first', () => {
  const layers = [
    { name: 'a', kind: 'Conv', ms: 1 },
    { name: 'b', kind: 'Add', ms: 5 },
    { name: 'c', kind: 'Conv', ms: 2 },
  ];
  expect(timesByKind(layers)).toEqual([
    { kind: 'Add', count: 1, ms: 5 },
    { kind: 'Conv', count: 2, ms: 3 },
  ]);
});
