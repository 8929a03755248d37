import { describe, expect, test } from 'vitest';
import { FrameSlots } from '../src/frame-slots.js';

const stream = {};
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('FrameSlots', () => {
  test('never runs more frames than there are slots, and serves in order', async () => {
    const slots = new FrameSlots(2, 0);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 9 }, (_, i) =>
        slots.runNext(stream, async () => {
          order.push(i);
          most = Math.max(most, ++running);
          await tick();
          running -= 1;
        }),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(2);
  });

  test('a frame that fails gives its slot back', async () => {
    const slots = new FrameSlots(1, 0);
    await expect(slots.runNext(stream, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await slots.runNext(stream, async ({ number }) => number)).toBe(0);
  });

  test('close finishes what runs, turns away what waits, and refuses what comes', async () => {
    const slots = new FrameSlots(1, 0);
    let finished = false;
    const running = slots.runNext(stream, async () => {
      await tick();
      finished = true;
    });
    const waiting = slots.runNext(stream, async () => 'ran').catch((error: Error) => error.message);
    await Promise.resolve();
    await slots.close();
    expect(finished).toBe(true);
    await running;
    expect(await waiting).toMatch(/open FairmotDetector but received a closed one/);
    await expect(slots.take(stream)).rejects.toThrow(/closed/);
  });

  test('streams take turns: one with many frames does not hold up another', async () => {
    const slots = new FrameSlots(1, 0);
    const [busy, quiet] = [{}, {}];
    const order: string[] = [];
    const run = (of: object, name: string) =>
      slots.runNext(of, async () => {
        order.push(name);
        await tick();
      });
    await Promise.all([
      ...Array.from({ length: 5 }, (_, i) => run(busy, `busy ${i}`)),
      ...Array.from({ length: 2 }, (_, i) => run(quiet, `quiet ${i}`)),
    ]);
    expect(order).toEqual(['busy 0', 'busy 1', 'quiet 0', 'busy 2', 'quiet 1', 'busy 3', 'busy 4']);
  });

  test('close does not wait for a slot somebody keeps', async () => {
    const slots = new FrameSlots(1, 0);
    const place = await slots.take(stream);
    await slots.close();
    await expect(slots.run(place, async () => 'ran')).rejects.toThrow(/closed/);
  });
});
