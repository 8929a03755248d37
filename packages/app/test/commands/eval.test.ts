import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeShared, shared, temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { figuresSchema } from '../../src/evaluation/figures.js';
import { runFairmot } from '../run-fairmot.js';
import { runHere } from '../run-here.js';

const folder = temporaryFolder();

/** Writes a file under the temporary folder; returns its path. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const person = '1,1,10,10,20,40,1,1,1\n2,1,12,10,20,40,1,1,1\n';
const standing = '1,2,200,10,20,40,1,7,1\n2,2,200,10,20,40,1,7,1\n';
const found = '1,5,10,10,20,40,1,-1,-1,-1\n2,5,12,10,20,40,1,-1,-1,-1\n';
const foundBoth = `${found}1,6,200,10,20,40,1,-1,-1,-1\n2,6,200,10,20,40,1,-1,-1,-1\n`;

async function figuresOf(...args: string[]) {
  const { code, stdout, stderr } = await runHere(['eval', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return figuresSchema.parse(JSON.parse(stdout));
}

describeShared('golden/evaluation', () => {
  const golden = shared('golden', 'evaluation');
  const expected = (
    JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as {
      sequences: Record<string, Record<string, number>>;
    }
  ).sequences;

  test('all figures as JSON', async () => {
    const { sequences, combined } = await figuresOf('--gt', golden, '--pred', golden);
    const { COMBINED_SEQ, ...each } = expected;
    expect(sequences.map(({ name }) => name).sort()).toEqual(Object.keys(each).sort());
    for (const one of [...sequences, { ...combined, name: 'COMBINED_SEQ' }]) {
      const received = { ...one.hota, ...one.clear, ...one.identity, frames: one.frames } as Record<string, unknown>;
      for (const [field, value] of Object.entries(expected[one.name]!))
        expect(Math.abs(Number(received[field]) - value), `${one.name} ${field}`).toBeLessThanOrEqual(1e-4);
    }
  });

  test('a table in per cent', async () => {
    const { stdout, code } = await runFairmot([
      'eval',
      '--gt',
      golden,
      '--pred',
      golden,
      '--metrics',
      'clear,identity',
    ]);
    expect(stdout).toMatch(/^ +MOTA +MOTP .*IDSW +Frag$/m);
    expect(stdout).toMatch(/^TUD-Stadtmitte +56\.40 +65\.41 .* 7 +6$/m);
    expect(stdout).toMatch(/^COMBINED +94\.30 /m);
    expect(stdout).not.toContain('HOTA');
    expect(code).toBe(0);
  });
});

describe('layouts', () => {
  test('MOTChallenge: preprocessing by name, length by seqinfo.ini', async () => {
    const gt = dirname(dirname(dirname(write('MOT17/A/gt/gt.txt', person + standing))));
    write('MOT17/A/seqinfo.ini', '[Sequence]\nname=A\nseqLength=9\n');
    write('MOT17/B/gt/gt.txt', person);
    write('MOT17/README.txt', 'about these sequences');
    const pred = dirname(write('results/A.txt', foundBoth));
    write('results/B/result.txt', found);
    const { sequences, combined } = await figuresOf('--gt', gt, '--pred', pred);
    expect(sequences).toMatchObject([
      { name: 'A', benchmark: 'mot17', frames: 9, clear: { TP: 2, FP: 0 } },
      { name: 'B', benchmark: 'mot17', frames: 2, clear: { TP: 2, FP: 0 } },
    ]);
    expect(combined).toMatchObject({ frames: 11, clear: { MOTA: 1 }, identity: { IDF1: 1 }, hota: { HOTA: 1 } });
    const one = await figuresOf('--gt', gt, '--pred', pred, '--sequences', 'B', '--metrics', 'hota');
    expect(one.sequences.map(({ name }) => name)).toEqual(['B']);
    expect(one.combined.clear).toBeUndefined();
    const asItIs = await figuresOf('--gt', gt, '--pred', pred, '--benchmark', 'mot15');
    expect(asItIs.sequences[0]?.clear).toMatchObject({ TP: 4, FN: 0 });
  });

  test('flat files, and two files', async () => {
    const gt = write('flat/street.txt', person);
    const pred = write('tracks/street.txt', found);
    for (const pair of [
      [dirname(gt), dirname(pred)],
      [gt, pred],
      [gt, dirname(pred)],
      [dirname(gt), pred],
    ] as const) {
      const { sequences } = await figuresOf('--gt', pair[0], '--pred', pair[1]);
      expect(sequences).toMatchObject([{ name: 'street', clear: { MOTA: 1 } }]);
    }
  });
});

describe('the page', () => {
  const gt = write('page/<b>.txt', person + standing);
  const pred = write('page/tracks.txt', foundBoth);

  test('holds the figures, every identity, and no script', async () => {
    const { stdout, code } = await runFairmot(['eval', '--gt', gt, '--pred', pred, '--report', '-']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!DOCTYPE html>/);
    expect(stdout).toContain('<td class="left">100.00</td>');
    expect(stdout).toContain('1 (1 track): 1 to 2');
    expect(stdout).toContain('&lt;b&gt;');
    expect(stdout).not.toMatch(/<b>\.|<script/);
  });

  test('is not written over another file, nor left half-written', async () => {
    const report = write('page/report.html', 'mine');
    const args = ['eval', '--gt', gt, '--report', report, '--pred'];
    const refused = await runHere([...args, pred]);
    expect(refused.stderr).toContain('--overwrite');
    const failed = await runHere([...args, write('page/bad.txt', '1'), '--overwrite']);
    expect([refused.code, failed.code]).toEqual([2, 1]);
    expect(readFileSync(report, 'utf8')).toBe('mine');
    expect((await runHere([...args, pred, '--overwrite'])).code).toBe(0);
    expect(readFileSync(report, 'utf8')).toContain('Errors in each frame');
  });
});

describe('what cannot be measured', () => {
  const gt = write('one/gt.txt', person);
  const pred = write('one/result.txt', found);
  test.each([
    ['no --pred', ['--gt', gt], 2, 'Expected --gt and --pred but received no --pred'],
    ['two outputs', ['--gt', gt, '--pred', pred, '--json', '--report', '-'], 2, 'received --json and --report -'],
    ['an unknown family', ['--gt', gt, '--pred', pred, '--metrics', 'mota'], 2, "--metrics but received 'mota'"],
    ['an unknown sequence', ['--gt', gt, '--pred', pred, '--sequences', 'two'], 2, 'Expected one of the sequences one'],
    ['a word', ['--gt', gt, '--pred', write('w.txt', `${found}3,1,x,2,3,4`)], 1, "w.txt:3 but received 'x'"],
    ['a short row', ['--gt', write('s.txt', `${person}3,1`), '--pred', pred], 1, 's.txt:3 but received 2'],
    ['an identity twice', ['--gt', gt, '--pred', write('t.txt', found + found)], 1, 't.txt:1 and line 3'],
    ['no file', ['--gt', gt, '--pred', join(folder, 'absent.txt')], 1, 'absent.txt but received nothing'],
    ['a sequence without result', ['--gt', join(folder, 'flat'), '--pred', join(folder, 'one')], 1, 'street.txt or'],
  ])('%s', async (_, args, expectedCode, message) => {
    const { code, stderr } = await runHere(['eval', ...args]);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(expectedCode);
  });
});
