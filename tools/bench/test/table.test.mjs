import { expect, test } from 'vitest';
import { accuracyText } from '../src/comparison/format.mjs';
import { svgFrom } from '../src/comparison/plot.mjs';
import { markdownFrom, sortedRows } from '../src/comparison/table.mjs';

const times = (median) => ({ runs: 400, median, p99: 1.2 * median, min: 0.9 * median });
const accuracy = { hm: { max: 0.0123, relative: 1e-3 }, id_feature: { max: 0.2, relative: 5e-3 } };
const rows = [
  { group: 'PyTorch', name: 'fp16 <graph>', batch: 1, times: times(3.9), accuracy },
  { group: 'recipe', name: 'fp16 | as exported', batch: 1, error: 'no plugin\nhere' },
  { group: 'ours', name: 'fp16', batch: 1, times: times(0.95), accuracy },
  { group: 'ours', name: 'fp16', batch: 8, times: times(4.8), accuracy, note: 'no CUDA graph' },
];
const result = {
  rows,
  size: { height: 608, width: 1088 },
  versions: { TensorRT: '8.6.0', GPU: 'H100' },
  reference: { made_with: 'PyTorch 2.11', golden: { hm: { max: 2e-5, relative: 1e-6 } } },
  drift: 0.021,
};

test('rows are sorted by time, failed ones last', () => {
  expect(sortedRows(rows, 1).map(({ group }) => group)).toEqual(['ours', 'PyTorch', 'recipe']);
});

test('every table row has as many cells as its head, and figures are an image’s', () => {
  const lines = markdownFrom(result).split('\n');
  const cells = (line) => line.split(/(?<!\\)\|/).length;
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('|---')) continue;
    for (let at = index - 1; lines[at]?.startsWith('|'); at++) expect(cells(lines[at])).toBe(cells(line));
  }
  const [eight] = lines.filter((line) => line.includes('ours, fp16 (no CUDA graph)'));
  expect(eight).toContain('| 4.800 | 0.600 | 5.760 | 1667 |');
  const text = lines.join('\n');
  expect(text).toContain('fp16 \\| as exported');
  expect(text).toContain('no plugin here');
  expect(text).toContain('changed by at most 2.1%');
  expect(text).toContain('golden heads by at most hm 2.0e-5');
  expect(text).toContain('TensorRT 8.6.0, GPU H100');
});

test('a comparison in which everything failed still has its reasons', () => {
  const failed = { ...result, rows: [rows[1]], reference: null, drift: null };
  expect(markdownFrom(failed)).toContain('no plugin here');
  expect(svgFrom(failed)).toBeNull();
});

test('accuracy is told by heads, or by detections where an engine decodes itself', () => {
  expect(accuracyText({ hm: { max: null, relative: null } })).toBe('hm - (-)');
  expect(accuracyText(accuracy)).toBe('hm 1.2e-2 (1.0e-3), id 2.0e-1 (5.0e-3)');
  const detections = { matched: 9, missing: 1, extra: 0, score: 0.002, box: 0.4, embedding: 1e-5 };
  expect(accuracyText({ detections })).toBe(
    '9 of 10 detections, 0 extra; score 2.0e-3, box 0.40 px, 1 - cosine 1.0e-5',
  );
  expect(accuracyText(null)).toBe('-');
});
