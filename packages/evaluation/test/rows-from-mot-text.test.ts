import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairmotError, rowsFromBoxes, rowsFromMotText } from '../src/index.js';

const plain = ({ frames, ids, boxes, confidences, classes, lines, columns }: ReturnType<typeof rowsFromMotText>) => ({
  frames: [...frames],
  ids: [...ids],
  boxes: [...boxes],
  confidences: [...confidences],
  classes: [...classes],
  lines: [...lines],
  columns,
});

test('a row of MOT17 ground truth', () => {
  expect(plain(rowsFromMotText('3,7,10.5,-20,30,60,0,8,0.25\n', 'gt.txt'))).toEqual({
    frames: [3],
    ids: [7],
    boxes: [10.5, -20, 30, 60],
    confidences: [0],
    classes: [8],
    lines: [1],
    columns: 9,
  });
});

test.each([
  ['commas and blanks', '1, 2, 3, 4, 5, 6, 1\n'],
  ['blanks', '1 2  3 4 5 6 1\n'],
  ['tabs', '1\t2\t3\t4\t5\t6\t1'],
  ['semicolons', '1;2;3;4;5;6;1'],
  ['a comma at the end', '1,2,3,4,5,6,1,\r\n'],
  ['empty lines and a byte order mark', '\uFEFF1,2,3,4,5,6,1\r\n\r\n \r\n'],
  ['whole numbers written as fractions', '1.0,2.00,3,4,5,6,1'],
  ['no confidence', '1,2,3,4,5,6'],
])('%s', (_, text) => {
  const { frames, ids, boxes, confidences, classes } = plain(rowsFromMotText(text, 'x.txt'));
  expect({ frames, ids, boxes, confidences, classes }).toEqual({
    frames: [1],
    ids: [2],
    boxes: [3, 4, 5, 6],
    confidences: [1],
    classes: [1],
  });
});

test('an empty file has no rows', () => {
  expect(rowsFromMotText('', 'x.txt').count).toBe(0);
});

describe('malformed files are refused with file and line', () => {
  const good = '1,2,3,4,5,6,1\n';
  test.each([
    ['a word', `${good}1,3,3,abc,5,6,1`, "Expected a number for the top in x.txt:2 but received 'abc'"],
    ['an empty field', `${good}1,3,,4,5,6,1`, "Expected a number for the left in x.txt:2 but received ''"],
    ['infinity', `${good}\n1,3,3,4,Infinity,6,1`, "Expected a number for the width in x.txt:3 but received 'Infinity'"],
    ['too few columns', `${good}1,3,3`, "Expected at least 6 columns in x.txt:2 but received 3: '1,3,3'"],
    ['frame 0', `${good}0,3,3,4,5,6,1`, 'Expected a frame number of at least 1 in x.txt:2 but received 0'],
    ['half a frame', `${good}1.5,3,3,4,5,6`, 'Expected a frame number of at least 1 in x.txt:2 but received 1.5'],
    ['no identity', `${good}1,-1,3,4,5,6`, 'a whole number of at least 0 in x.txt:2 but received -1'],
    ['an identity twice', `${good}2,2,3,4,5,6\n1,2,9,9,5,6`, 'received 2 in frame 1 twice, in x.txt:1 and line 3'],
  ])('%s', (_, text, message) => {
    expect(() => rowsFromMotText(text, 'x.txt')).toThrow(FairmotError);
    expect(() => rowsFromMotText(text, 'x.txt')).toThrow(message);
  });
});

test('text and boxes in memory give the same rows', () => {
  const box = fc.tuple(...([0, 1, 2, 3].map(() => fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 64)) as never[]));
  const boxes = fc.uniqueArray(
    fc.record({ frame: fc.integer({ min: 1, max: 9 }), id: fc.nat(9), box, confidence: fc.constantFrom(0, 0.5, 1) }),
    { selector: ({ frame, id }) => `${frame} ${id}` },
  );
  fc.assert(
    fc.property(boxes, (list) => {
      const text = list
        .map(({ frame, id, box: b, confidence }) => [frame, id, ...b, confidence, 1, 1].join(','))
        .join('\n');
      expect(plain(rowsFromBoxes(list as never))).toEqual(plain(rowsFromMotText(text, 'x.txt')));
    }),
  );
});

test('boxes in memory are refused with their number', () => {
  const box: [number, number, number, number] = [0, 0, Number.NaN, 1];
  expect(() => rowsFromBoxes([{ frame: 1, id: 1, box }], 'tracks')).toThrow(
    'Expected a box of finite numbers in tracks:1 but received NaN',
  );
});
