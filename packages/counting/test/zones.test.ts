import { describe, expect, test } from 'vitest';
import { pixelZones, type Zones } from '../src/index.js';

const frame = { width: 200, height: 100 };
const line = (name: string, ...points: [number, number][]): Zones => ({ lines: [{ name, points }] });
const region = (name: string, ...points: [number, number][]): Zones => ({ regions: [{ name, points }] });

test('fractions become pixels, and what is left out its default', () => {
  const zones = pixelZones({ units: 'fractions', ...line('door', [0, 0.5], [1, 0.25]) }, frame);
  expect(zones).toEqual({
    anchor: 'bottom',
    margin: 0.1,
    lines: [
      {
        name: 'door',
        points: [
          [0, 50],
          [200, 25],
        ],
      },
    ],
    regions: [],
  });
  expect(pixelZones({ anchor: 'center', margin: 0, ...line('door', [-9, 5], [300, 5]) }, frame)).toMatchObject({
    anchor: 'center',
    margin: 0,
    lines: [
      {
        points: [
          [-9, 5],
          [300, 5],
        ],
      },
    ],
  });
});

describe('what cannot be is refused by name', () => {
  test.each<[Zones, string]>([
    [{}, 'Expected a line or a region but received none'],
    [line('door', [1, 2]), "Expected line 'door' to have 2 points or more but received 1"],
    [region('yard', [1, 2], [3, 4]), "Expected region 'yard' to have 3 points or more but received 2"],
    [line('door', [1, 2], [1, 2]), "Expected line 'door' to have different points but received 1, 2 only"],
    [
      region('yard', [1, 2], [3, 4], [5, 6]),
      "Expected region 'yard' to enclose an area but received points on a straight line",
    ],
    [line('door', [1, 2], [Number.NaN, 4]), "Expected the points of line 'door' to be finite numbers but received NaN"],
    [
      { units: 'fractions', ...line('door', [0, 0], [400, 1]) },
      "Expected the points of line 'door' to be fractions from 0 to 1 but received 400",
    ],
    [
      region('yard', [300, 10], [400, 10], [300, 50]),
      "Expected region 'yard' to reach into the frame of 200x100 but received points beyond it",
    ],
    [
      { ...line('door', [1, 2], [3, 4]), ...region('door', [0, 0], [9, 0], [0, 9]) },
      "Expected names of their own but received 'door' twice",
    ],
    [{ margin: -1, ...line('a', [1, 2], [3, 4]) }, 'Expected margin to be a number of at least 0 but received -1'],
  ])('%j', (zones, message) => {
    expect(() => pixelZones(zones, frame)).toThrow(new RangeError(message));
  });
});
