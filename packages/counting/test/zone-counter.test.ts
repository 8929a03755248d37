import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CountedTrack, ZoneCounter, type Zones } from '../src/index.js';

const frame = { width: 200, height: 200 };
/** A line down the middle, left of which is x > 100 for one who walks down it. */
const gate: Zones = {
  lines: [
    {
      name: 'gate',
      points: [
        [100, 0],
        [100, 200],
      ],
    },
  ],
};
const square: Zones = {
  regions: [
    {
      name: 'square',
      points: [
        [50, 50],
        [150, 50],
        [150, 150],
        [50, 150],
      ],
    },
  ],
};

/** A box of width 10 and height 20 whose lower middle is x, y. */
const standing = (id: number, x: number, y: number): CountedTrack => ({ id, box: [x - 5, y - 20, 10, 20] });

/** Crossings of one track that is at these places, as [frame, direction]. */
function crossingsOf(counter: ZoneCounter, places: readonly (readonly [number, number] | null)[]) {
  return places.flatMap((place, index) => {
    const { crossings } = counter.update(place ? [standing(1, place[0], place[1])] : []);
    return crossings.map(({ direction }) => [index, direction]);
  });
}

const along = (...xs: number[]) => xs.map((x) => [x, 100] as const);

describe('lines', () => {
  test('who walks over the line counts once, when clear of it', () => {
    const counter = new ZoneCounter(gate, frame);
    expect(crossingsOf(counter, along(80, 95, 99, 101, 101.5, 103, 120))).toEqual([[5, 'out']]);
    expect(counter.totals().lines).toEqual([{ name: 'gate', in: 0, out: 1 }]);
    expect(crossingsOf(counter, along(101, 99, 90))).toEqual([[2, 'in']]);
  });

  test('who trembles on the line, or turns back on it, does not count', () => {
    expect(crossingsOf(new ZoneCounter(gate, frame), along(95, 101, 99, 101, 99, 101.9, 98.5, 90))).toEqual([]);
    expect(crossingsOf(new ZoneCounter({ ...gate, margin: 0 }, frame), along(95, 101, 99))).toEqual([
      [1, 'out'],
      [2, 'in'],
    ]);
  });

  test('who goes round its end, or is lost and found on the other side of it, is judged by the way', () => {
    const short: Zones = {
      lines: [
        {
          name: 'gate',
          points: [
            [100, 80],
            [100, 120],
          ],
        },
      ],
    };
    expect(
      crossingsOf(new ZoneCounter(short, frame), [
        [90, 100],
        [90, 140],
        [110, 140],
        [110, 100],
      ]),
    ).toEqual([]);
    expect(crossingsOf(new ZoneCounter(short, frame), [[90, 100], null, null, [110, 100]])).toEqual([[3, 'out']]);
    const forgetful = new ZoneCounter(short, { ...frame, memory: 1 });
    expect(crossingsOf(forgetful, [[90, 100], null, null, [110, 100]])).toEqual([]);
  });

  test('through the corner of a bent line is one crossing, past both of its arms two', () => {
    const bent: Zones = {
      lines: [
        {
          name: 'bent',
          points: [
            [50, 150],
            [100, 50],
            [150, 150],
          ],
        },
      ],
    };
    const through = new ZoneCounter(bent, frame);
    expect(
      crossingsOf(through, [
        [100, 20],
        [100, 50],
        [100, 80],
      ]),
    ).toHaveLength(1);
    const past = new ZoneCounter(bent, frame);
    expect(
      crossingsOf(past, [
        [20, 100],
        [100, 100],
        [180, 100],
      ]),
    ).toEqual([
      [1, 'in'],
      [2, 'out'],
    ]);
  });

  test('equals a switch that turns only beyond the margin, whatever the walks', () => {
    const walks = fc.array(fc.array(fc.tuple(fc.boolean(), fc.double({ min: 80, max: 120, noNaN: true }))), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(walks, (people) => {
        const counter = new ZoneCounter(gate, frame);
        const margin = 2;
        const sides = people.map(() => 0);
        const expected = { in: 0, out: 0 };
        for (let k = 0; k < Math.max(0, ...people.map(({ length }) => length)); k++) {
          const here = people.flatMap((steps, id) => (steps[k]?.[0] ? [{ id, x: steps[k]![1] }] : []));
          counter.update(here.map(({ id, x }) => standing(id, x, 100)));
          for (const { id, x } of here) {
            const first = sides[id] === 0;
            const side = x < 100 ? -1 : 1;
            if (first) sides[id] = side;
            else if (side !== sides[id] && Math.abs(x - 100) >= margin) {
              sides[id] = side;
              expected[side > 0 ? 'out' : 'in'] += 1;
            }
          }
        }
        expect(counter.totals().lines).toEqual([{ name: 'gate', ...expected }]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('regions', () => {
  test('who trembles on the border stays in until clear of it', () => {
    const counter = new ZoneCounter(square, frame);
    const counts = along(40, 49, 51, 49, 51, 48.5, 47, 49, 60).map(([x, y]) => {
      return counter.update([standing(1, x, y)]).regions[0]!.count;
    });
    expect(counts).toEqual([0, 0, 1, 1, 1, 1, 0, 0, 1]);
    expect(counter.totals().regions).toEqual([{ name: 'square', most: 1, visitors: 1 }]);
  });

  test('occupancy, most and visitors equal a plain count, whatever the people', () => {
    const place = fc.tuple(fc.nat(5), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(place, { selector: ([id]) => id })), (film) => {
        const counter = new ZoneCounter({ ...square, margin: 0 }, frame);
        const visitors = new Set<number>();
        let most = 0;
        for (const people of film) {
          const tracks = people.map(([id, x, y]) => standing(id, 10 * x + 5, 10 * y + 5));
          const inside = people.filter(([, x, y]) => x >= 5 && x < 15 && y >= 5 && y < 15).map(([id]) => id);
          for (const id of inside) visitors.add(id);
          most = Math.max(most, inside.length);
          const ids = inside.sort((a, b) => a - b);
          expect(counter.update(tracks).regions).toEqual([{ name: 'square', count: ids.length, ids }]);
        }
        expect(counter.totals().regions).toEqual([{ name: 'square', most, visitors: visitors.size }]);
      }),
    );
  });
});

test('the anchor decides where someone is', () => {
  const box = { id: 1, box: [95, 40, 10, 20] };
  const countAt = (anchor: 'bottom' | 'center' | 'top') =>
    new ZoneCounter({ ...square, anchor }, frame).update([box]).regions[0]!.count;
  expect([countAt('bottom'), countAt('center'), countAt('top')]).toEqual([1, 1, 0]);
});

test('tracks that are gone are forgotten, boxes that are none passed over', () => {
  const counter = new ZoneCounter(gate, { ...frame, memory: 10 });
  for (let id = 0; id < 1000; id++) counter.update([standing(id, 90, 100)]);
  expect(counter.size).toBeLessThan(12);
  expect(counter.update([{ id: 5000, box: [Number.NaN, 0, 1, 1] }]).crossings).toEqual([]);
});
