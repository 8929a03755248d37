import { expect, test } from 'vitest';
import { drawText } from '../src/canvas.js';
import { glyphMask, textWidth } from '../src/glyph-mask.js';
import { pixel, plain } from './support/film.js';

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const box = glyphMask('☃', 12);

test('letters, digits and punctuation are drawn, each differently', () => {
  const shapes = new Map<string, string>();
  for (const character of printable) {
    if ('$^`{}~'.includes(character)) continue;
    const mask = glyphMask(character, 12);
    const shape = Buffer.from(mask.coverage).toString('base64') + mask.width;
    expect(shapes.get(shape), `${character} looks like ${shapes.get(shape)}`).toBeUndefined();
    shapes.set(shape, character);
    expect(Math.max(...mask.coverage) > 200, character).toBe(character !== ' ');
    expect(mask.coverage).not.toEqual(box.coverage);
  }
});

test('capitals and digits stand on the baseline and reach the cap line', () => {
  for (const character of '0123456789ABCDEFGHIKLMNOPRSTUVWXYZ') {
    const image = plain(40, 60, [0, 0, 0]);
    drawText(image, character, 10, 20, 18, [255, 255, 255]);
    const rows = Array.from({ length: 60 }, (_, y) => Array.from({ length: 40 }, (_, x) => pixel(image, x, y)[0]));
    const inked = rows.map((row) => row.some((value) => value > 128));
    expect(Math.abs(inked.indexOf(true) - 19), character).toBeLessThanOrEqual(1);
    expect(Math.abs(inked.lastIndexOf(true) - 38), character).toBeLessThanOrEqual(1);
  }
});

test('digits have one width, so that numbers do not jump', () => {
  expect(new Set([...'0123456789'].map((digit) => glyphMask(digit, 14).advance)).size).toBe(1);
  expect(textWidth('88', 14) - textWidth('8', 14)).toBe(glyphMask('8', 14).advance);
  expect(textWidth('', 14)).toBe(0);
});
