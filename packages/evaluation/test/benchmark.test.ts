import { describe, expect, test } from 'vitest';
import { benchmarkOf, rowsFromMotText, seqLengthFrom } from '../src/index.js';

const withClasses = rowsFromMotText('1,1,0,0,9,9,1,7,0.5\n', 'gt.txt');
const withPlaces = rowsFromMotText('1,1,0,0,9,9,1,-3.2,4.1,0\n', 'gt.txt');
const bare = rowsFromMotText('1,1,0,0,9,9\n', 'gt.txt');

describe('the benchmark', () => {
  test.each([
    ['nine columns with classes', withClasses, 'street', 'mot17'],
    ['the same in a folder of MOT20', withClasses, 'MOT20/train/MOT20-01', 'mot20'],
    ['the same in a folder of MOT16', withClasses, 'MOT16-02', 'mot16'],
    ['ten columns with places in the world', withPlaces, 'PETS09-S2L1', 'mot15'],
    ['places in a folder that is called otherwise', withPlaces, 'MOT17/PETS09', 'mot15'],
    ['classes in a folder of MOT15', withClasses, '2DMOT15', 'mot15'],
    ['boxes alone', bare, 'MOT17-02', 'mot15'],
  ])('%s', (_, rows, name, benchmark) => {
    expect(benchmarkOf(rows, name)).toBe(benchmark);
  });
});

test('the length of a sequence', () => {
  expect(seqLengthFrom('[Sequence]\r\nname=MOT17-02\r\nseqLength = 600\r\n', 'seqinfo.ini')).toBe(600);
  expect(() => seqLengthFrom('[Sequence]\n', 'a/seqinfo.ini')).toThrow('in a/seqinfo.ini but received none');
  expect(() => seqLengthFrom('seqLength=many', 'seqinfo.ini')).toThrow("received 'many'");
});
