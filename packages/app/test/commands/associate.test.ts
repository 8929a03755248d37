import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, shared, temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { frameTracksSchema } from '../../src/schemas.js';
import { runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const numbersOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));

describeShared('golden/tracking', () => {
  test.each(['pedestrians', 'TUD-Stadtmitte'])('%s: FairMOT’s own result, line for line', async (sequence) => {
    const output = join(folder, `${sequence}.txt`);
    const { code } = await runFairmot([
      'associate',
      shared('golden', 'tracking', sequence, 'detections.json'),
      '--mot',
      output,
    ]);
    expect(code).toBe(0);
    const [expected, received] = [numbersOf(shared('golden', 'tracking', sequence, 'expected.txt')), numbersOf(output)];
    expect(received.length).toBe(expected.length);
    for (const [i, row] of expected.entries()) {
      expect(received[i]?.slice(0, 2)).toEqual(row.slice(0, 2));
      for (const [j, value] of row.entries())
        expect(Math.abs((received[i]?.[j] ?? Number.NaN) - value)).toBeLessThan(1e-3);
    }
  });
});

test.each([
  [
    'an embedding of another length',
    (d: { embedding: number[] }[]) => d[1]?.embedding.pop(),
    'Expected embeddings of 2 numbers in frame 1',
  ],
  ['a box of three numbers', (d: { tlwh?: number[] }[]) => d[0]?.tlwh?.pop(), 'frames.0.detections.0.tlwh'],
])('%s is refused with its place', async (_, damage, message) => {
  const detection = () => ({ tlwh: [1, 2, 30, 60], score: 0.9, embedding: [0.6, 0.8] });
  const detections = [detection(), detection()];
  damage(detections as never);
  const file = join(folder, 'damaged.json');
  const frames = [{ frame: 1, width: 100, height: 100, detections }];
  writeFileSync(
    file,
    JSON.stringify({ weights: 'x.pth', input: [320, 576], conf_thres: 0.3, frame_rate: 10, track_buffer: 30, frames }),
  );
  const { code, stderr } = await runFairmot(['associate', file, '--json', '-']);
  expect(stderr).toContain(message);
  expect(code).toBe(1);
});

test('BYTE follows weak detections that are stored, and a config file chooses it', async () => {
  const scores = [0.8, 0.8, 0.3, 0.25, 0.3, 0.8];
  const frames = scores.map((score, k) => {
    return { frame: k + 1, width: 200, height: 100, detections: [{ tlwh: [k, 9, 30, 70], score, embedding: [1] }] };
  });
  const file = join(folder, 'weak.json');
  const header = { weights: 'x.pth', input: [320, 576], conf_thres: 0.4, frame_rate: 10, track_buffer: 30 };
  writeFileSync(file, JSON.stringify({ ...header, frames }));
  const config = join(folder, 'byte.config.json');
  const made = await runFairmot(['config', '--tracker', 'byte', '-o', config]);
  expect(made).toMatchObject({ code: 0, stdout: '' });
  const countsOf = async (...flags: string[]) => {
    const { stdout } = await runFairmot(['associate', file, '--json', '-', '--quiet', ...flags]);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).tracks.length);
  };
  expect(await countsOf()).toEqual([1, 1, 0, 0, 0, 1]);
  expect(await countsOf('--tracker', 'byte')).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await countsOf('--config', config)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await countsOf('--config', config, '--low-conf', '0.28')).toEqual([1, 1, 1, 0, 0, 1]);
  expect(await countsOf('--config', config, '--tracker', 'jde')).toEqual([0, 1, 0, 0, 0, 1]);
});

test('--count writes counts into the JSON lines and the summary', async () => {
  const frames = Array.from({ length: 12 }, (_, k) => {
    const detections = [{ tlwh: [10 * k, 9, 30, 70], score: 0.9, embedding: [1] }];
    return { frame: k + 1, width: 200, height: 100, detections };
  });
  const file = join(folder, 'walk.json');
  const header = { weights: 'x.pth', input: [320, 576], conf_thres: 0.4, frame_rate: 10, track_buffer: 30 };
  writeFileSync(file, JSON.stringify({ ...header, frames }));
  const zones = join(folder, 'zones.json');
  const half = [
    [0.5, 0],
    [1, 0],
    [1, 1],
    [0.5, 1],
  ];
  writeFileSync(
    zones,
    JSON.stringify({
      units: 'fractions',
      lines: [
        {
          name: 'door',
          points: [
            [0.5, 1],
            [0.5, 0],
          ],
        },
      ],
      regions: [{ name: 'yard', points: half }],
    }),
  );
  const { stdout, stderr, code } = await runFairmot(['associate', file, '--json', '-', '--count', zones]);
  expect(code).toBe(0);
  expect(stderr).toContain('  door: 1 in, 0 out\n  yard: 1 visitors, at most 1 at a time\n');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => frameTracksSchema.parse(JSON.parse(line)));
  expect(lines.flatMap(({ counts }) => counts?.crossings ?? [])).toEqual([{ line: 'door', id: 1, direction: 'in' }]);
  expect(lines.at(-1)?.counts).toMatchObject({
    lines: [{ name: 'door', in: 1, out: 0 }],
    regions: [{ name: 'yard', count: 1, ids: [1] }],
  });
  const plain = await runFairmot(['associate', file, '--json', '-']);
  expect(plain.stdout).not.toContain('counts');
  writeFileSync(zones, JSON.stringify({ lines: [{ name: 'door', points: [[9, 9]] }] }));
  const wrong = await runFairmot(['associate', file, '--json', '-', '--count', zones]);
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("of line 'door' in") });
});
