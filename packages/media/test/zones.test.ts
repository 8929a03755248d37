import { describe, expect, test } from 'vitest';
import { drawZones } from '../src/zones.js';
import { pixel, plain } from './support/film.js';

const gray = [90, 90, 90] as const;
const changed = (image: ReturnType<typeof plain>, x: number, y: number) =>
  pixel(image, x, y).some((value, k) => value !== gray[k]);

describe('drawZones', () => {
  test('a line with an arrow to its right', () => {
    const image = plain(300, 300, gray);
    drawZones(image, [
      {
        kind: 'line',
        points: [
          [20, 150],
          [280, 150],
        ],
        label: 'door',
      },
    ]);
    expect(changed(image, 200, 150)).toBe(true);
    expect([155, 160].map((y) => changed(image, 150, y))).toEqual([true, true]);
    expect([145, 140].map((y) => changed(image, 150, y))).toEqual([false, false]);
    drawZones(image, [
      {
        kind: 'line',
        points: [
          [280, 50],
          [20, 50],
        ],
        label: 'door',
      },
    ]);
    expect([45, 55].map((y) => changed(image, 150, y))).toEqual([true, false]);
  });

  test('a region is closed and filled, brighter where it is lit', () => {
    const square = [
      [100, 100],
      [200, 100],
      [200, 200],
      [100, 200],
    ] as const;
    const [calm, lit] = [false, true].map((lit) => {
      const image = plain(300, 300, gray);
      drawZones(image, [{ kind: 'region', points: square, label: 'yard 1', lit }]);
      return image;
    });
    for (const [x, y] of [
      [100, 150],
      [150, 150],
      [150, 200],
    ] as const)
      expect(changed(calm!, x, y)).toBe(true);
    expect(changed(calm!, 220, 150)).toBe(false);
    expect(pixel(lit!, 150, 150)).not.toEqual(pixel(calm!, 150, 150));
  });

  test('labels stay inside, also of zones that reach far out', () => {
    const image = plain(120, 90, gray);
    drawZones(image, [
      {
        kind: 'line',
        points: [
          [-500, -500],
          [119, 89],
        ],
        label: 'a long name 12',
      },
      {
        kind: 'region',
        points: [
          [-50, -50],
          [-20, 800],
          [900, 900],
        ],
        label: 'yard',
      },
      {
        kind: 'line',
        points: [
          [3, 3],
          [3, 3],
        ],
        label: '',
      },
    ]);
    expect(changed(image, 118, 80)).toBe(true);
    expect(image.data).toHaveLength(120 * 90 * 3);
  });
});
