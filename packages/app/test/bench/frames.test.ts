import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benchFrames, scaledImage, streetImage, swinging } from '../../src/bench/frames.js';
import { film } from '../run-fairmot.js';

test('frames swing forth and back: every step goes to a neighbour, and all are seen', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), (count) => {
      const places = Array.from({ length: 4 * count }, (_, index) => swinging(count, index));
      expect(new Set(places)).toEqual(new Set(Array.from({ length: count }, (_, index) => index)));
      for (const [index, place] of places.entries()) {
        if (index > 0) expect(Math.abs(place - (places[index - 1] ?? 0))).toBe(1);
      }
    }),
  );
  expect([0, 1, 2].map((index) => swinging(1, index))).toEqual([0, 0, 0]);
});

test('scaling keeps a plain picture plain and a gradient a gradient', () => {
  const width = 40;
  const data = new Uint8Array(3 * width * 30);
  for (let i = 0; i < width * 30; i++) data.fill(5 * (i % width), 3 * i, 3 * i + 3);
  const { data: large } = scaledImage({ width, height: 30, data }, { width: 80, height: 60 });
  for (let x = 2; x < 78; x++) {
    // The middle of pixel x lies at (x + 0.5) / 2 - 0.5 in the small picture, whose values are 5 times the column.
    expect(Math.abs((large[3 * (20 * 80 + x)] ?? 0) - 5 * ((x + 0.5) / 2 - 0.5))).toBeLessThanOrEqual(0.5);
  }
});

test('scaling cuts the middle in the wanted proportions', () => {
  const data = new Uint8Array(3 * 10 * 30);
  data.fill(200, 3 * 10 * 10, 3 * 10 * 20); // the middle third
  const { data: middle } = scaledImage({ width: 10, height: 30, data }, { width: 20, height: 10 });
  expect([...new Set(middle)]).toEqual([200]);
});

test('a film gives its first frames, cut and scaled', async () => {
  const { images, width, height } = await benchFrames(film, 3, { width: 192, height: 108 });
  expect([images.length, width, height]).toEqual([3, 192, 108]);
  expect(images[0]?.data).not.toEqual(images[2]?.data);
});

test('made-up pictures move', async () => {
  expect(streetImage(96, 54, 0).data).not.toEqual(streetImage(96, 54, 1).data);
  expect((await benchFrames(null, 2, null)).width).toBe(1920);
});
