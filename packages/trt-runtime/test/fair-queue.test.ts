import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue } from '../src/fair-queue.js';

describe('FairQueue', () => {
  test('gives nothing when it is empty', () => {
    const queue = new FairQueue<number>();
    expect(queue.shift()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  test('keeps the order within a stream, loses nothing, and lets no stream wait longer than a round', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 }), (owners) => {
        const streams = Array.from({ length: 5 }, () => ({}));
        const queue = new FairQueue<{ owner: number; number: number }>();
        owners.forEach((owner, number) => {
          queue.push(streams[owner] as object, { owner, number });
        });
        const taken: { owner: number; number: number }[] = [];
        while (queue.size > 0) {
          const before = streams.map((stream) => queue.has(stream)).filter(Boolean).length;
          const round = Array.from({ length: before }, () => queue.shift() as { owner: number; number: number });
          expect(new Set(round.map(({ owner }) => owner)).size).toBe(before);
          taken.push(...round);
        }
        expect(taken.map(({ number }) => number).sort((a, b) => a - b)).toEqual(owners.map((_, number) => number));
        for (let owner = 0; owner < 5; owner++) {
          const numbers = taken.filter((item) => item.owner === owner).map(({ number }) => number);
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        }
      }),
    );
  });

  test('heads and clear', () => {
    const queue = new FairQueue<string>();
    const [a, b] = [{}, {}];
    queue.push(a, 'a1');
    queue.push(a, 'a2');
    queue.push(b, 'b1');
    expect(queue.heads()).toEqual(['a1', 'b1']);
    expect(queue.clear()).toEqual(['a1', 'a2', 'b1']);
    expect(queue.size).toBe(0);
    expect(queue.has(a)).toBe(false);
  });
});
