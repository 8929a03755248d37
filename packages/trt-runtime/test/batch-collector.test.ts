import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BatchCollector } from '../src/batch-collector.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A collector whose batches end when the test says so. */
function collectorOf(options: { batch: number; slots: number; maxDelayMs: number }) {
  const openStreams = new Set<object>();
  const running: { slot: number; frames: readonly string[]; end: () => void; fail: (error: Error) => void }[] = [];
  const batches: (readonly string[])[] = [];
  const run = (slot: number, frames: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      batches.push(frames);
      running.push({ slot, frames, end: () => resolve(frames.map((frame) => `${frame}!`)), fail: reject });
    });
  return { collector: new BatchCollector({ ...options, openStreams, run }), openStreams, running, batches };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('BatchCollector', () => {
  test('a full batch runs at once, and each frame gets its own result', async () => {
    const { collector, running, batches } = collectorOf({ batch: 3, slots: 1, maxDelayMs: 1000 });
    const answers = Promise.all(['a', 'b', 'c'].map((frame) => collector.add({}, frame)));
    expect(batches).toEqual([['a', 'b', 'c']]);
    running[0]?.end();
    expect(await answers).toEqual(['a!', 'b!', 'c!']);
  });

  test('a part-filled batch waits for maxDelayMs after its oldest frame', async () => {
    const { collector, batches } = collectorOf({ batch: 4, slots: 1, maxDelayMs: 10 });
    void collector.add({}, 'a');
    await vi.advanceTimersByTimeAsync(6);
    void collector.add({}, 'b');
    await vi.advanceTimersByTimeAsync(3);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['a', 'b']]);
  });

  test('a delay of 0 runs what is there, and collects while every slot is busy', async () => {
    const { collector, running, batches } = collectorOf({ batch: 4, slots: 2, maxDelayMs: 0 });
    for (const frame of ['a', 'b', 'c', 'd', 'e']) void collector.add({}, frame);
    expect(batches).toEqual([['a'], ['b']]);
    expect(running.map(({ slot }) => slot)).toEqual([0, 1]);
    running[1]?.end();
    await settle();
    expect(batches[2]).toEqual(['c', 'd', 'e']);
    expect(running[2]?.slot).toBe(1);
  });

  test('does not wait once every open stream has a frame, nor for one that has closed', async () => {
    const { collector, openStreams, batches } = collectorOf({ batch: 8, slots: 2, maxDelayMs: 1000 });
    const [first, second, third] = [{}, {}, {}];
    for (const stream of [first, second, third]) openStreams.add(stream);
    void collector.add(first, 'a');
    void collector.add(second, 'b');
    expect(batches).toEqual([]);
    void collector.add(third, 'c');
    expect(batches).toEqual([['a', 'b', 'c']]);
    void collector.add(first, 'd');
    void collector.add(third, 'e');
    openStreams.delete(second);
    collector.update();
    expect(batches[1]).toEqual(['d', 'e']);
  });

  test('streams share a batch evenly, however many frames one of them has', async () => {
    const { collector, running, batches } = collectorOf({ batch: 4, slots: 1, maxDelayMs: 0 });
    const [busy, quiet] = [{}, {}];
    for (let i = 0; i < 9; i++) void collector.add(busy, `busy${i}`);
    void collector.add(quiet, 'quiet0');
    void collector.add(quiet, 'quiet1');
    running[0]?.end();
    await settle();
    expect([...(batches[1] ?? [])].sort()).toEqual(['busy1', 'busy2', 'quiet0', 'quiet1']);
  });

  test('a batch that fails rejects its frames only, and gives its slot back', async () => {
    const { collector, running } = collectorOf({ batch: 2, slots: 1, maxDelayMs: 0 });
    const first = collector.add({}, 'a').catch((error: Error) => error.message);
    const second = collector.add({}, 'b');
    running[0]?.fail(new Error('no'));
    expect(await first).toBe('no');
    await settle();
    running[1]?.end();
    expect(await second).toBe('b!');
  });

  test('hurry runs what waits, without delay from then on', async () => {
    const { collector, batches } = collectorOf({ batch: 4, slots: 3, maxDelayMs: 1000 });
    void collector.add({}, 'a');
    collector.hurry();
    void collector.add({}, 'b');
    expect(batches).toEqual([['a'], ['b']]);
  });

  test('the delay starts anew with each batch', async () => {
    const { collector, batches } = collectorOf({ batch: 2, slots: 3, maxDelayMs: 10 });
    void collector.add({}, 'a');
    await vi.advanceTimersByTimeAsync(5);
    void collector.add({}, 'b');
    void collector.add({}, 'c');
    await vi.advanceTimersByTimeAsync(9);
    expect(batches).toEqual([['a', 'b']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });
});
