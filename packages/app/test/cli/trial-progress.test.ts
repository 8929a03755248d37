import { expect, test } from 'vitest';
import { TrialProgress } from '../../src/cli/trial-progress.js';

function written(isTTY: boolean): string[] {
  const texts: string[] = [];
  const progress = new TrialProgress({ isTTY, columns: 60, write: (text) => texts.push(text) });
  for (const [done, best] of [
    [1, 'HOTA 60.00'],
    [2, 'HOTA 60.00'],
    [3, 'HOTA 61.50'],
  ] as const)
    progress.update({ done, total: 200, best });
  progress.finish();
  return texts;
}

test('on a terminal one line is rewritten, no wider than it, and taken away', () => {
  const texts = written(true);
  expect(texts).toHaveLength(4);
  for (const text of texts) {
    expect(text.startsWith('\r\u001b[K')).toBe(true);
    expect(text.length).toBeLessThan(60 + '\r\u001b[K'.length);
  }
  expect(texts.at(-1)).toBe('\r\u001b[K');
});

test('elsewhere each better result is a line', () => {
  const texts = written(false);
  expect(texts).toHaveLength(2);
  expect(texts[1]).toMatch(/^3 \/ 200 trials {2}[\d.]+ a second {2}eta \S+ {2}best HOTA 61\.50\n$/);
});
