import { expect, test } from 'vitest';
import { clearFrames, evaluate, type MotBox, rowsFromBoxes, rowsFromMotText, sequenceFromRows } from '../src/index.js';

const walker = (id: number, frames: readonly number[], left: number, more: Partial<MotBox> = {}): MotBox[] =>
  frames.map((frame) => ({ frame, id, box: [left + frame, 10, 20, 40], ...more }));
const four = [1, 2, 3, 4];

test('a switch of identity, an interruption, and what they cost', () => {
  const truth = rowsFromBoxes([...walker(1, four, 0), ...walker(2, four, 100)]);
  const prediction = rowsFromBoxes([...walker(5, [1, 2], 0), ...walker(6, [3, 4], 0), ...walker(7, [1, 4], 100)]);
  const { clear, identity } = evaluate(sequenceFromRows(truth, prediction));
  expect(clear).toMatchObject({
    TP: 6,
    FP: 0,
    FN: 2,
    IDSW: 1,
    Frag: 1,
    MT: 1,
    PT: 1,
    ML: 0,
    recall: 0.75,
    precision: 1,
  });
  expect(clear?.MOTA).toBeCloseTo(1 - 3 / 8, 12);
  expect(identity).toMatchObject({ IDTP: 4, IDFP: 2, IDFN: 4 });
});

test('the same frame by frame, by the names of the files', () => {
  const truth = rowsFromBoxes([...walker(11, [2, 3, 5], 0), ...walker(22, [2, 3], 100)]);
  const prediction = rowsFromBoxes([...walker(5, [2, 3], 0), ...walker(6, [5, 7], 0)]);
  const frames = clearFrames(sequenceFromRows(truth, prediction));
  expect(frames).toEqual([
    { frame: 2, TP: 1, FP: 0, FN: 1, IDSW: 0, pairs: [{ truth: 11, prediction: 5 }] },
    { frame: 3, TP: 1, FP: 0, FN: 1, IDSW: 0, pairs: [{ truth: 11, prediction: 5 }] },
    { frame: 5, TP: 1, FP: 0, FN: 0, IDSW: 1, pairs: [{ truth: 11, prediction: 6 }] },
    { frame: 7, TP: 0, FP: 1, FN: 0, IDSW: 0, pairs: [] },
  ]);
});

test('a perfect result', () => {
  const rows = rowsFromBoxes([...walker(1, four, 0), ...walker(2, [2, 3], 100)]);
  const { clear, identity, hota } = evaluate(sequenceFromRows(rows, rows));
  expect(clear).toMatchObject({ MOTA: 1, MOTP: 1, FP: 0, FN: 0, IDSW: 0 });
  expect(identity?.IDF1).toBe(1);
  expect(hota).toMatchObject({ HOTA: 1, DetA: 1, AssA: 1, LocA: 1 });
  expect(hota?.thresholds.map(({ alpha }) => Number(alpha.toFixed(2)))).toEqual(
    Array.from({ length: 19 }, (_, k) => (5 * k + 5) / 100),
  );
});

test('distractors excuse predictions, other classes and ignored rows do not', () => {
  const truth = rowsFromBoxes([
    ...walker(1, four, 0),
    ...walker(2, four, 100, { class: 7 }),
    ...walker(3, four, 200, { class: 3 }),
    ...walker(4, four, 300, { confidence: 0 }),
    ...walker(5, four, 400, { class: 6 }),
  ]);
  const prediction = rowsFromBoxes([0, 100, 200, 300, 400].flatMap((left, id) => walker(id, four, left)));
  const counts = (benchmark: 'mot15' | 'mot17' | 'mot20') => {
    const { clear } = evaluate(sequenceFromRows(truth, prediction, { benchmark }), ['clear']);
    return [clear?.TP, clear?.FP, clear?.FN];
  };
  expect(counts('mot17')).toEqual([4, 12, 0]);
  expect(counts('mot20')).toEqual([4, 8, 0]);
  expect(counts('mot15')).toEqual([16, 4, 0]);
});

test('nothing predicted, nothing there, nothing at all', () => {
  const [none, some] = [rowsFromBoxes([]), rowsFromBoxes(walker(1, four, 0))];
  const missed = evaluate(sequenceFromRows(some, none));
  expect(missed).toMatchObject({ frames: 4, clear: { MOTA: 0, FN: 4, ML: 1 }, identity: { IDF1: 0, IDFN: 4 } });
  expect(missed.hota).toMatchObject({ HOTA: 0, LocA: 1 });
  expect(evaluate(sequenceFromRows(none, some))).toMatchObject({ clear: { MOTA: 0, FP: 4 }, identity: { IDFP: 4 } });
  const empty = evaluate(sequenceFromRows(none, none, { frameCount: 10 }));
  expect(empty).toMatchObject({ frames: 10, clear: { TP: 0, MOTA: 0 }, hota: { HOTA: 0 } });
});

test.each([
  [
    'a frame beyond the end',
    '1,1,0,0,9,9,1,1,1\n5,1,0,0,9,9,1,1,1',
    '1,1,0,0,9,9',
    'Expected frames up to 4, the length of the sequence, in gt.txt:2 but received 5',
  ],
  [
    'a class that does not exist',
    '1,1,0,0,9,9,1,14,1',
    '1,1,0,0,9,9',
    'Expected a class from 1 to 13 in column 8 of gt.txt:1 but received 14',
  ],
  [
    'predictions of cars',
    '1,1,0,0,9,9,1,1,1',
    '1,1,0,0,9,9\n1,2,0,0,9,9,1,3,1',
    'in result.txt:2 but received class 3',
  ],
])('%s is refused', (_, truth, prediction, message) => {
  const rows = [rowsFromMotText(truth, 'gt.txt'), rowsFromMotText(prediction, 'result.txt')] as const;
  expect(() => sequenceFromRows(...rows, { benchmark: 'mot17', frameCount: 4 })).toThrow(message);
});
