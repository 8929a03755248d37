import { describe, expect, test } from 'vitest';
import { Annotator } from '../src/annotator.js';
import { colorFromId, readableOn } from '../src/track-color.js';
import { pixel, plain } from './support/film.js';

const gray = [90, 90, 90] as const;

describe('Annotator', () => {
  test('a box in the colour of its id, and its label above', () => {
    const image = plain(200, 150, gray);
    new Annotator({ trace: 0, lineWidth: 2 }).annotate(image, [{ id: 7, box: [50, 60, 40, 50] }]);
    const color = [...colorFromId(7)];
    for (const [x, y] of [
      [50, 80],
      [90, 80],
      [70, 60],
      [70, 110],
    ] as const)
      expect(pixel(image, x, y)).toEqual(color);
    expect(pixel(image, 70, 80)).toEqual([...gray]);
    expect(pixel(image, 51, 56)).toEqual(color);
    const above = image.data.subarray(0, 59 * 200 * 3);
    const [red] = readableOn(colorFromId(7));
    expect(above.includes(red)).toBe(true);
  });

  test('labels stay inside the image', () => {
    const image = plain(100, 80, gray);
    new Annotator({ trace: 0 }).annotate(image, [
      { id: 123456, box: [95, -20, 30, 60] },
      { id: 2, box: [-30, 2, 20, 300] },
    ]);
    expect(pixel(image, 99, 3)).toEqual([...colorFromId(123456)]);
    expect(pixel(image, 1, 3)).toEqual([...colorFromId(2)]);
  });

  test('a trace follows the feet, fades, and is forgotten', () => {
    const annotator = new Annotator({ trace: 10, labels: false, lineWidth: 2 });
    const at = (frame: number) => [{ id: 3, box: [10 + 10 * frame, 20, 4, 30] as const }];
    let image = plain(200, 100, [0, 0, 0]);
    for (let frame = 1; frame <= 8; frame++) {
      image = plain(200, 100, [0, 0, 0]);
      annotator.annotate(image, at(frame));
    }
    const strength = [3, 4, 5, 6].map((frame) => Math.max(...pixel(image, 12 + 10 * frame + 5, 50)));
    for (let i = 1; i < strength.length; i++) expect(strength[i]).toBeGreaterThan(strength[i - 1] as number);
    for (let i = 0; i < 20; i++) annotator.annotate(plain(200, 100, [0, 0, 0]), []);
    image = plain(200, 100, [0, 0, 0]);
    annotator.annotate(image, at(1));
    expect(pixel(image, 75, 50)).toEqual([0, 0, 0]);
  });

  test('places far apart in time are not joined', () => {
    const annotator = new Annotator({ trace: 30, labels: false });
    annotator.annotate(plain(200, 100, [0, 0, 0]), [{ id: 3, box: [10, 20, 4, 30] }]);
    for (let i = 0; i < 6; i++) annotator.annotate(plain(200, 100, [0, 0, 0]), []);
    const image = plain(200, 100, [0, 0, 0]);
    annotator.annotate(image, [{ id: 3, box: [150, 20, 4, 30] }]);
    expect(pixel(image, 80, 50)).toEqual([0, 0, 0]);
  });

  test('a header in the corner', () => {
    const image = plain(400, 300, [200, 200, 200]);
    new Annotator().annotate(image, [], 'frame 1');
    expect(pixel(image, 1, 1)[0]).toBeLessThan(120);
    expect(pixel(image, 390, 1)).toEqual([200, 200, 200]);
  });

  test('odd boxes do no harm: empty, inverted, not finite, a typed array', () => {
    const image = plain(60, 40, gray);
    const boxes = [
      [5, 5, 0, 0],
      [5, 5, -9, -9],
      [Number.NaN, 0, 5, 5],
      [0, 0, Number.POSITIVE_INFINITY, 3],
    ];
    new Annotator().annotate(image, [
      ...boxes.map((box, id) => ({ id, box })),
      { id: -4, box: new Float32Array([3, 3, 9, 9]), score: 0.5 },
    ]);
    expect(image.data).toHaveLength(60 * 40 * 3);
  });
});

describe('colorFromId', () => {
  test('stable, and far apart for neighbouring ids', () => {
    expect(colorFromId(1)).toEqual([38, 101, 255]);
    for (let id = 0; id < 300; id++) {
      for (let step = 1; step <= 4; step++) {
        const [a, b] = [colorFromId(id), colorFromId(id + step)];
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), `${id} and ${id + step}`).toBeGreaterThan(60);
      }
    }
  });

  test('text on it is readable: contrast of at least 3 (WCAG 2.1)', () => {
    const luminance = (color: readonly number[]) => {
      const [r = 0, g = 0, b = 0] = color.map((value) => {
        const c = value / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (let id = -5; id < 300; id++) {
      const [a, b] = [luminance(colorFromId(id)), luminance(readableOn(colorFromId(id)))];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), `id ${id}`).toBeGreaterThan(3);
    }
  });
});
