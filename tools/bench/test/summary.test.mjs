import { expect, test } from 'vitest';
import { svgFrom, wrapped } from '../src/comparison/plot.mjs';
import { summaryFrom } from '../src/comparison/summary.mjs';

const times = (median) => ({ runs: 400, median, p99: 1.2 * median, min: 0.9 * median });
const heads = (relative) => ({ hm: { max: 0.1, relative: 1e-4 }, id_feature: { max: 0.2, relative } });
const detections = { matched: 5, missing: 0, extra: 0, score: 4e-4, box: 0.03, embedding: 7e-6 };
const recipe = 'fp16, DCNv2 as im2col + cuBLAS, cuDNN and cuBLAS tactics';
const graph = 'fp16 <last>, CUDA graph (im2col on its stream)';
const rows = [
  { group: 'PyTorch', name: graph, batch: 8, times: times(16), accuracy: heads(7e-3) },
  { group: 'PyTorch', name: graph, batch: 1, times: times(3), accuracy: heads(5e-3) },
  { group: 'recipe', name: `${recipe} on`, batch: 1, times: times(4), accuracy: heads(2e-3) },
  { group: 'recipe', name: `${recipe} off: no libraries`, batch: 8, error: 'no memory | left' },
  { group: 'ours', name: 'fp16', batch: 8, times: times(4.8), accuracy: { detections } },
  { group: 'ours', name: 'fp16', batch: 1, times: times(1), accuracy: { detections: { ...detections, score: 1e-4 } } },
];
const result = { rows, size: { height: 608, width: 1088 }, versions: { GPU: 'H100', torchvision: '0.26' } };

test('the summary has one row for each form, fastest first, and the worse of its differences', () => {
  const lines = summaryFrom(result).split('\n');
  expect(lines.slice(0, 6)).toEqual([
    '| 608x1088 | batch 1, ms | batch 8, ms an image | images/s at batch 8 | largest relative difference |',
    '|---|---:|---:|---:|---|',
    '| ours, fp16 | 1.000 | 0.600 | 1667 | 5 of 5 detections, score 4.0e-4, box 0.03 px |',
    `| PyTorch, ${graph} | 3.000 | 2.000 | 500 | 7.0e-3 (id) |`,
    '| recipe, fp16, DCNv2 as im2col + cuBLAS | 4.000 | - | - | 2.0e-3 (id) |',
    `| recipe, ${recipe} off | - | - | - | no memory \\| left |`,
  ]);
  expect(lines.join('\n')).toContain('"im2col on its stream": torchvision 0.26 launches');
  expect(lines.at(-2)).toBe('Versions: GPU H100, torchvision 0.26.');
  expect(summaryFrom({ ...result, rows: rows.slice(2) })).not.toContain('on its stream');
});

test('bars are as long as the time from zero on, one for each batch, and names are escaped', () => {
  const svg = svgFrom(result);
  const widths = [...svg.matchAll(/class="bar" [^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));
  // The longest, 4 ms, takes 490 pixels.
  expect(widths).toEqual([1, 0.6, 3, 2, 4].map((ms) => Number((122.5 * ms).toFixed(1))));
  expect(svg).toContain('PyTorch, fp16 &lt;last&gt;, CUDA graph');
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test('long names are wrapped at spaces', () => {
  expect(wrapped('a bb ccc dddddddd', 5)).toEqual(['a bb', 'ccc', 'dddddddd']);
  expect(wrapped('short')).toEqual(['short']);
});
