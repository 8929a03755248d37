import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawLine, drawText, fillPolygon, fillRectangle, strokeRectangle } from '../src/canvas.js';
import { pixel, plain } from './support/film.js';

const white = [255, 255, 255] as const;

/** Which pixels changed, as text: '#' where any channel is above 127. */
function drawn(image: RgbImage): string[] {
  return Array.from({ length: image.height }, (_, y) =>
    Array.from({ length: image.width }, (_, x) => (pixel(image, x, y)[0] > 127 ? '#' : '.')).join(''),
  );
}

describe('fillPolygon', () => {
  test('against asking every pixel whether a line from its middle to the left meets an odd number of sides', () => {
    const corner = fc.tuple(fc.integer({ min: -8, max: 24 }), fc.integer({ min: -8, max: 20 }));
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 6 }), (points) => {
        const image = plain(16, 12, [0, 0, 0]);
        fillPolygon(image, points, white, 1);
        for (let row = 0; row < 12; row++) {
          for (let column = 0; column < 16; column++) {
            let left = 0;
            let near = false;
            points.forEach(([x, y], k) => {
              const [px, py] = points.at(k - 1)!;
              const t = (row + 0.5 - py) / (y - py);
              if (!(t > 0 && t < 1)) return;
              const at = px + t * (x - px);
              if (at < column + 0.5) left += 1;
              near ||= Math.abs(at - column - 0.5) < 1e-9;
            });
            if (!near) expect(pixel(image, column, row)[0]).toBe(left % 2 === 1 ? 255 : 0);
          }
        }
      }),
    );
  });
});

describe('fillRectangle', () => {
  test('against asking every pixel', () => {
    const coordinate = fc.integer({ min: -8, max: 24 });
    fc.assert(
      fc.property(coordinate, coordinate, fc.nat(20), fc.nat(20), (x, y, width, height) => {
        const image = plain(16, 12, [0, 0, 0]);
        fillRectangle(image, x, y, width, height, white);
        for (let row = 0; row < 12; row++) {
          for (let column = 0; column < 16; column++) {
            const inside = column >= x && column < x + width && row >= y && row < y + height;
            expect(pixel(image, column, row)).toEqual(inside ? [255, 255, 255] : [0, 0, 0]);
          }
        }
      }),
    );
  });

  test('alpha mixes', () => {
    const image = plain(4, 4, [100, 200, 0]);
    fillRectangle(image, 0, 0, 4, 4, [200, 100, 40], 0.5);
    expect(pixel(image, 2, 2)).toEqual([150, 150, 20]);
  });
});

test('strokeRectangle: two pixels wide on the edge of the box', () => {
  const image = plain(12, 9, [0, 0, 0]);
  strokeRectangle(image, 3, 2, 6, 5, 2, white);
  expect(drawn(image)).toEqual([
    '............',
    '..########..',
    '..########..',
    '..##....##..',
    '..##....##..',
    '..##....##..',
    '..########..',
    '..########..',
    '............',
  ]);
});

describe('drawLine', () => {
  test('covers as much as length times width', () => {
    const end = fc.integer({ min: 20, max: 80 });
    fc.assert(
      fc.property(end, end, end, end, fc.constantFrom(1, 2, 3.5), (x1, y1, x2, y2, line) => {
        const length = Math.hypot(x2 - x1, y2 - y1);
        fc.pre(length > 5);
        const image = plain(100, 100, [0, 0, 0]);
        drawLine(image, [x1, y1], [x2, y2], line, white, 1);
        const sum = image.data.reduce((total, value) => total + value, 0) / 255 / 3;
        expect(Math.abs(sum / (length * line) - 1)).toBeLessThan(0.12);
      }),
    );
  });

  test('is the same from both ends', () => {
    for (const [x, y] of [
      [70, 31],
      [12, 88],
      [50, 90],
      [90, 50],
    ] as const) {
      const [there, back] = [plain(100, 100, [0, 0, 0]), plain(100, 100, [0, 0, 0])];
      drawLine(there, [50, 50], [x, y], 2, white, 0.7);
      drawLine(back, [x, y], [50, 50], 2, white, 0.7);
      expect(there.data).toEqual(back.data);
    }
  });
});

test('nothing is written outside the image', () => {
  const anywhere = fc.double({ min: -60, max: 90, noNaN: true });
  fc.assert(
    fc.property(anywhere, anywhere, anywhere, anywhere, (a, b, c, d) => {
      const guarded = new Uint8Array(3 * 20 * 10 + 600).fill(77);
      const image = { width: 20, height: 10, data: guarded.subarray(300, 300 + 600) };
      fillRectangle(image, a, b, c, d, white, 0.5);
      strokeRectangle(image, a, b, c, d, 3, white);
      drawLine(image, [a, b], [c, d], 2, white, 0.8);
      drawText(image, 'Ag9', a, b, 12, white);
      expect(guarded.subarray(0, 300).every((value) => value === 77)).toBe(true);
      expect(guarded.subarray(900).every((value) => value === 77)).toBe(true);
    }),
  );
});
