import { expect, test } from 'vitest';
import { clock, Progress, progressText } from '../../src/cli/progress.js';

test.each([
  [0, '0:00'],
  [7.4, '0:07'],
  [61, '1:01'],
  [3723, '1:02:03'],
])('%d seconds read %s', (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

test('the line holds frames, share, rate, time left and objects', () => {
  const text = progressText({ done: 120, total: 600, objects: 6 }, 3000);
  expect(text).toBe('120 / 600 frames  20%  40.0 fps  eta 0:12  6 objects');
});

test('an endless source has no share and no time left', () => {
  expect(progressText({ done: 10, total: null, objects: 0 }, 500)).toBe('10 frames  20.0 fps  0 objects');
});

function record(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const output = { isTTY, columns: 40, write: (text: string) => written.push(text) > 0 };
  const progress = new Progress(output as never, () => now);
  return { written, progress, at: (ms: number) => (now = ms) };
}

test('on a terminal one line is redrawn at most ten times a second and fits the width', () => {
  const { written, progress, at } = record(true);
  for (let ms = 1; ms <= 1000; ms++) {
    at(ms);
    progress.update({ done: ms, total: 1000, objects: 123456 });
  }
  expect(written.length).toBeLessThanOrEqual(11);
  expect(written.length).toBeGreaterThan(5);
  for (const line of written) {
    expect(line.startsWith('\r\u001b[K')).toBe(true);
    expect(line.slice(4).length).toBeLessThan(40);
    expect(line).not.toContain('\n');
  }
  progress.finish();
  expect(written.at(-1)).toBe('\r\u001b[K');
});

test('elsewhere plain lines come every few seconds, without control characters', () => {
  const { written, progress, at } = record(false);
  for (let second = 1; second <= 12; second++) {
    at(second * 1000);
    progress.update({ done: second, total: 20, objects: 1 });
  }
  progress.finish();
  expect(written).toEqual([
    '5 / 20 frames  25%  1.0 fps  eta 0:15  1 objects\n',
    '10 / 20 frames  50%  1.0 fps  eta 0:10  1 objects\n',
  ]);
});
