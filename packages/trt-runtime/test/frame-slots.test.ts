import { describe, expect, test } from 'vitest';
import { FrameSlots } from '../src/frame-slots.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('FrameSlots', () => {
  test('never runs more frames than there are slots, and serves in order', async () => {
    const slots = new FrameSlots(2, 0);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 9 }, (_, i) =>
        slots.runNext(async () => {
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
    await expect(slots.runNext(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await slots.runNext(async ({ number }) => number)).toBe(0);
  });

  test('close finishes what runs, turns away what waits, and refuses what comes', async () => {
    const slots = new FrameSlots(1, 0);
    let finished = false;
    const running = slots.runNext(async () => {
      await tick();
      finished = true;
    });
    const waiting = slots.runNext(async () => 'ran').catch((error: Error) => error.message);
    await Promise.resolve();
    await slots.close();
    expect(finished).toBe(true);
    await running;
    expect(await waiting).toMatch(/open FairmotDetector but received a closed one/);
    await expect(slots.take()).rejects.toThrow(/closed/);
  });

  test('close does not wait for a slot somebody keeps', async () => {
    const slots = new FrameSlots(1, 0);
    const place = await slots.take();
    await slots.close();
    await expect(slots.run(place, async () => 'ran')).rejects.toThrow(/closed/);
  });
});
