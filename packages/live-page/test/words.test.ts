import { describe, expect, test } from 'vitest';
import { sparkline } from '../src/page/sparkline.js';
import { curtainWords, duration, factsLine, messageWords, pictureWords, shortNumber } from '../src/page/words.js';
import type { SourceStatus } from '../src/protocol.js';

const status = (more: Partial<SourceStatus> = {}): SourceStatus => ({
  id: 1,
  name: 'street',
  state: 'running',
  message: null,
  hint: null,
  width: 768,
  height: 576,
  live: false,
  run: 1,
  frames: 1234,
  now: 1,
  total: 9,
  fps: 25,
  latencyMs: 8,
  stages: [],
  detail: [],
  dropped: 0,
  reconnects: 0,
  viewers: 0,
  counts: [],
  ...more,
});

describe('words', () => {
  test('numbers keep three figures', () => {
    expect([0, 0.424, 7.31, 42.04, 128.4, 12345].map(shortNumber)).toEqual([
      '0.00',
      '0.42',
      '7.3',
      '42.0',
      '128',
      '12,345',
    ]);
    expect([0.2, 999, 1500].map((ms) => duration(ms).join(' '))).toEqual(['0.20 ms', '999 ms', '1.5 s']);
  });

  test('facts say what there is to say', () => {
    expect(factsLine(status())).toBe('768 × 576 · frame 1,234');
    expect(factsLine(status({ live: true, dropped: 3, reconnects: 1 }))).toBe(
      '768 × 576 · live stream · frame 1,234 · 3 dropped · reconnected once',
    );
    expect(factsLine(status({ width: null, height: null, live: null, frames: 0 }))).toBe('');
  });

  test('a picture in words', () => {
    expect(pictureWords(status())).toBe('Live picture of street, 1 person in view');
    expect(pictureWords(status({ now: 3 }))).toBe('Live picture of street, 3 people in view');
    expect(pictureWords(status({ state: 'ended' }))).toBe('Last picture of street');
    expect(curtainWords(status({ state: 'starting' }))).toBe('Opening the source');
  });
});

test('a message and its hint are sentences', () => {
  expect(messageWords(status({ message: 'Expected a camera', hint: 'plug one in' }))).toBe(
    'Expected a camera. Plug one in',
  );
  expect(messageWords(status())).toBe('');
});

describe('sparkline', () => {
  test('reaches from edge to edge, zero at the bottom, the largest at the top', () => {
    const { line, area } = sparkline([0, 5, 10]);
    expect(line).toBe('M0.0,34.0L120.0,18.0L240.0,2.0');
    expect(area).toBe(`${line}L240,36L0,36Z`);
    expect(sparkline([3])).toEqual({ line: '', area: '' });
    expect(sparkline([0, 0]).line).toBe('M0.0,34.0L240.0,34.0');
  });
});
