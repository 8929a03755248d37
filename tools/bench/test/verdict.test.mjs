import { expect, test } from 'vitest';
import { svgFrom } from '../src/comparison/plot.mjs';
import { summaryFrom } from '../src/comparison/summary.mjs';
import { markdownFrom } from '../src/comparison/table.mjs';
import { isWrong, judged } from '../src/comparison/verdict.mjs';

const heads = (relative) => ({ hm: { max: 0.1, relative: 1e-3 }, id_feature: { max: 5.9, relative } });
const detections = { matched: 5, missing: 0, extra: 0, score: 4e-4, box: 0.03, embedding: 7e-6 };
const times = { runs: 50, median: 7.125, p99: 8.625, min: 7 };
const wrong = { group: 'PyTorch', name: 'graph', batch: 1, times, enqueued: times, accuracy: heads(0.98) };

test('heads are wrong where one is off by more than a precision explains, or not finite', () => {
  expect(isWrong(heads(7e-3))).toBe(false);
  expect(isWrong(heads(0.051))).toBe(true);
  expect(isWrong({ hm: { max: null, relative: null } })).toBe(true);
  expect(isWrong(null)).toBe(false);
});

test('detections may differ by one at the threshold, not in what they are', () => {
  const off = (change) => isWrong({ detections: { ...detections, ...change } });
  expect(off({})).toBe(false);
  expect(off({ matched: 4, missing: 1 })).toBe(false);
  expect(off({ matched: 3, missing: 2 })).toBe(true);
  expect(off({ extra: 40 })).toBe(true);
  expect(off({ score: 0.2 })).toBe(true);
  expect(off({ box: 9 })).toBe(true);
  expect(off({ embedding: null })).toBe(true);
});

test('a wrong row has no time anywhere, and says by how much it is off', () => {
  const row = judged(wrong);
  expect(row).not.toHaveProperty('times');
  expect(row).not.toHaveProperty('enqueued');
  expect(row.error).toBe('wrong result: hm 1.0e-1 (1.0e-3), id 5.9e+0 (9.8e-1)');
  expect(judged(row)).toBe(row);
  const right = { ...wrong, name: 'eager', accuracy: heads(1e-3), times: { runs: 50, median: 3, p99: 3.5, min: 3 } };
  const result = { rows: [wrong, right], versions: {}, size: { height: 608, width: 1088 } };
  for (const write of [markdownFrom, summaryFrom, svgFrom]) {
    expect(write(result)).toContain('3.000');
    expect(write(result)).not.toMatch(/7\.125|8\.625/);
  }
  expect(markdownFrom(result)).toContain('| PyTorch, graph | - | - | - | - | wrong result: hm');
  expect(summaryFrom(result)).toContain('| PyTorch, graph | - | - | wrong result: hm');
  expect(svgFrom({ ...result, rows: [wrong] })).toBeNull();
});
