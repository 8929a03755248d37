import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, shared, temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import type { DetectionsFile } from '../../src/schemas.js';
import type { Outcome } from '../../src/tune/outcome.js';
import { runFairmot } from '../run-fairmot.js';
import { runHere } from '../run-here.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);

/** Two people who pass each other, detected in all but every fifth frame, and a false alarm of score 0.4. */
function writeFilm(): { gt: string; detections: string } {
  const truth: string[] = [];
  const frames = Array.from({ length: 30 }, (_, index) => {
    const frame = index + 1;
    const people = [10 + 5 * frame, 300 - 5 * frame].map(
      (left) => [left, 50, 30, 90] as [number, number, number, number],
    );
    people.forEach((box, id) => {
      truth.push([frame, id, ...box, 1].join(','));
    });
    const seen = people.map((tlwh, id) => ({ tlwh, score: 0.9, embedding: id === 0 ? [1, 0] : [0, 1] }));
    const ghost = { tlwh: [400, 10, 30, 90] as (typeof people)[0], score: 0.4, embedding: [0.6, 0.8] };
    return { frame, width: 640, height: 480, detections: frame % 5 === 0 ? [ghost] : [...seen, ghost] };
  });
  const file: DetectionsFile = {
    weights: 'x',
    input: [32, 32],
    conf_thres: 0.3,
    frame_rate: 30,
    track_buffer: 30,
    frames,
  };
  writeFileSync(path('street.txt'), truth.join('\n'));
  writeFileSync(path('street.json'), JSON.stringify(file));
  return { gt: path('street.txt'), detections: path('street.json') };
}

const film = writeFilm();
const pair = ['--gt', film.gt, '--detections', film.detections];

/** Runs `fairmot tune` here. */
const tuned = (...args: string[]) => runHere(['tune', ...args, '--quiet']);

test('finds the confidence that leaves out a false alarm, and nothing else to change', async () => {
  const output = path('tuned.json');
  const { code, stdout } = await tuned(...pair, '-o', output, '--metric', 'MOTA', '--trials', '40');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ +HOTA +MOTA +IDF1 .*IDSW$/m);
  expect(stdout).toMatch(/^start fairmot +/m);
  expect(stdout).toMatch(/^--track-buffer +30$/m);
  const settings = JSON.parse(readFileSync(output, 'utf8'));
  expect(settings).toMatchObject({ tracker: 'fairmot', trackBuffer: 30, gate: 9.4877, minBoxArea: 100 });
  expect(Math.max(settings.conf, settings.newTrackConf)).toBeGreaterThanOrEqual(0.4);
});

test('begins from a config file, keeps what else it says, and searches only what is named', async () => {
  const [config, output] = [path('base.json'), path('from-base.json')];
  writeFileSync(config, JSON.stringify({ tracker: 'byte', overlapThreshold: 0.77, minBoxArea: 5, fps: 25 }));
  const args = ['--config', config, '--only', 'conf,low-overlap-threshold', '--trials', '20', '--json', '-o', output];
  const { stdout } = await tuned(...pair, ...args);
  const { start, best, trials } = JSON.parse(stdout) as Outcome;
  expect(start[0]?.settings).toMatchObject({ tracker: 'byte', overlapThreshold: 0.77, minBoxArea: 5, conf: 0.3 });
  expect(trials).toBe(20);
  for (const { settings } of best) {
    const { conf, lowOverlapThreshold, ...others } = settings;
    expect({ ...start[0]?.settings, conf, lowOverlapThreshold }).toEqual({ ...others, conf, lowOverlapThreshold });
  }
  expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ tracker: 'byte', fps: 25 });
});

test('the same seed finds the same', async () => {
  const run = async (seed: string) =>
    (
      await tuned(
        ...pair,
        '--tracker',
        'all',
        '--trials',
        '25',
        '--seed',
        seed,
        '--json',
        '-o',
        path(`s${seed}.json`),
        '--overwrite',
      )
    ).stdout;
  expect(await run('1')).toBe(await run('1'));
  expect(JSON.parse(await run('1')).start.map(({ settings }: Outcome['start'][0]) => settings.tracker)).toEqual([
    'fairmot',
    'jde',
    'byte',
  ]);
});

test('sequences kept back are measured but not searched', async () => {
  for (const name of ['a', 'b']) {
    mkdirSync(path('films'), { recursive: true });
    copyFileSync(film.gt, path(`films/${name}.txt`));
    copyFileSync(film.detections, path(`films/${name}.json`));
  }
  // In b the false alarm is a person, whom the settings for a leave out.
  const ghosts = Array.from({ length: 30 }, (_, index) => `${index + 1},9,400,10,30,90,1`);
  writeFileSync(path('films/b.txt'), `${readFileSync(film.gt, 'utf8')}\n${ghosts.join('\n')}`);
  const folders = [
    '--gt',
    path('films'),
    '--detections',
    path('films'),
    '--metric',
    'MOTA',
    '--trials',
    '30',
    '--json',
  ];
  const alone = await tuned(...folders, '--sequences', 'a', '-o', path('alone.json'));
  const { stdout, stderr } = await tuned(...folders, '--hold-out', 'b', '-o', path('kept.json'));
  const { start, best } = JSON.parse(stdout) as Outcome;
  expect(best.map(({ settings }) => settings)).toEqual(
    (JSON.parse(alone.stdout) as Outcome).best.map(({ settings }) => settings),
  );
  expect(best[0]!.figures.clear!.MOTA).toBeGreaterThan(start[0]!.figures.clear!.MOTA);
  expect(best[0]!.heldOut!.clear!.MOTA).toBeLessThan(start[0]!.heldOut!.clear!.MOTA);
  expect(stderr).toContain('on the sequences kept back MOTA is lower than before');
  const none = await tuned(...folders, '--hold-out', 'a,b', '-o', path('none.json'));
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('Expected --hold-out to name some of a, b') });
});

test('Ctrl-C keeps what was found', async () => {
  const output = path('interrupted.json');
  const { code, stdout } = await runFairmot(['tune', ...pair, '--trials', '1000000', '-o', output], {
    onStart: (child) => child.stderr?.once('data', () => child.kill('SIGINT')),
  });
  expect(code).toBe(130);
  expect(stdout).toMatch(/^1 +fairmot/m);
  expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ tracker: 'fairmot' });
});

describe('what cannot be tuned', () => {
  writeFileSync(path('taken.json'), '{}');
  test.each([
    ['no ground truth', ['--detections', film.detections], 2, 'received no --gt'],
    ['an unknown threshold', [...pair, '--only', 'confidence'], 2, 'but received confidence'],
    [
      "another tracker's threshold",
      [...pair, '--only', 'low-conf'],
      2,
      'Expected --only to name a threshold of fairmot',
    ],
    ['an output that exists', [...pair, '-o', path('taken.json')], 2, 'taken.json not to exist'],
    ['tracks instead of detections', ['--gt', film.gt, '--detections', film.gt], 1, 'Expected JSON in'],
    ['no detections for a sequence', ['--gt', film.gt, '--detections', import.meta.dirname], 1, 'street.json or'],
  ])('%s', async (_, args, expected, message) => {
    const output = path('never.json');
    const { code, stderr } = await tuned('-o', output, ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(expected);
    expect(existsSync(output)).toBe(false);
  });
});

describeShared('golden/tracking', () => {
  test('the figures are those of associate with the settings, measured by eval', async () => {
    const output = path('pedestrians.json');
    const gt = shared('golden', 'evaluation', 'pedestrians', 'gt.txt');
    const detections = shared('golden', 'tracking', 'pedestrians', 'detections.json');
    const { stdout } = await tuned('--gt', gt, '--detections', detections, '--trials', '15', '--json', '-o', output);
    const { start, best } = JSON.parse(stdout) as Outcome;
    expect(start[0]?.figures.hota?.HOTA).toBeCloseTo(0.654128, 4);
    expect(best[0]!.figures.hota!.HOTA).toBeGreaterThanOrEqual(start[0]!.figures.hota!.HOTA);
    const tracks = path('tracks.txt');
    await runHere(['associate', detections, '--config', output, '--mot', tracks, '--quiet']);
    const { stdout: json } = await runHere(['eval', '--gt', gt, '--pred', tracks, '--json']);
    const { hota, clear, identity } = JSON.parse(json).combined;
    expect({ hota: hota.HOTA, clear, identity }).toEqual({
      hota: best[0]?.figures.hota?.HOTA,
      clear: best[0]?.figures.clear,
      identity: best[0]?.figures.identity,
    });
  });
});
