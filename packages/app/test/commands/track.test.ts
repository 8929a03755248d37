import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZoneCounter } from '@trt-fairmot/counting';
import { openSource } from '@trt-fairmot/media';
import { temporaryFolder } from '@trt-fairmot/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { detectionsFileSchema, frameTracksSchema } from '../../src/schemas.js';
import { calibrationImages, film, runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const small = ['--height', '320', '--width', '576', '--conf', '0.3'];

const linesOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n');
const numbersOf = (file: string) => linesOf(file).map((line) => line.split(',').map(Number));

async function frameCountOf(video: string): Promise<number> {
  let count = 0;
  for await (const _ of await openSource(video)) count += 1;
  return count;
}

describe('twelve frames of the film', () => {
  const outputs = {
    mot: path('out/tracks.txt'),
    json: path('out/tracks.ndjson'),
    save: path('out/tracks.mp4'),
    detections: path('out/detections.json'),
  };
  const zones = {
    units: 'fractions' as const,
    lines: [
      {
        name: 'path',
        points: [
          [0.35, 0.35],
          [0.75, 0.9],
        ] as const,
      },
    ],
    regions: [
      {
        name: 'lawn',
        points: [
          [0.5, 0.4],
          [0.95, 0.35],
          [0.95, 0.8],
          [0.7, 0.7],
        ] as const,
      },
    ],
  };

  beforeAll(async () => {
    writeFileSync(path('zones.json'), JSON.stringify(zones));
    const flags = Object.entries({ ...outputs, count: path('zones.json') }).flatMap(([name, file]) => [
      `--${name}`,
      file,
    ]);
    const { code, stderr } = await runFairmot(['track', film, ...small, '--max-frames', '12', ...flags]);
    expect(stderr).toMatch(/✓ 12 frames in .* s \(.* fps\), \d+ tracks/);
    expect(stderr).toContain('demo checkpoint');
    expect(stderr).toMatch(/\n {2}path: \d+ in, \d+ out\n {2}lawn: \d+ visitors, at most \d+ at a time\n/);
    expect(code).toBe(0);
  });

  test('the JSON lines fit their schema, one for each frame', () => {
    const frames = linesOf(outputs.json).map((line) => frameTracksSchema.parse(JSON.parse(line)));
    expect(frames.map(({ frame }) => frame)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(frames[11]?.time).toBeCloseTo(1.1, 3);
    expect(frames[11]?.tracks.length).toBeGreaterThan(3);
  });

  test('the JSON lines count what the zones say', () => {
    const counter = new ZoneCounter(zones, { width: 768, height: 576 });
    const frames = linesOf(outputs.json).map((line) => frameTracksSchema.parse(JSON.parse(line)));
    for (const { tracks, counts } of frames) expect(counts).toEqual(counter.update(tracks));
    expect(frames.at(-1)?.counts?.regions[0]?.count).toBeGreaterThan(0);
  });

  test('the MOT file holds the same tracks', () => {
    const fromJson = linesOf(outputs.json).flatMap((line) => {
      const { frame, tracks } = frameTracksSchema.parse(JSON.parse(line));
      return tracks.map(({ id, box }) => [frame, id, ...box, 1, -1, -1, -1]);
    });
    expect(numbersOf(outputs.mot)).toEqual(fromJson);
  });

  test('the detections give the same tracks again', async () => {
    const file = detectionsFileSchema.parse(JSON.parse(readFileSync(outputs.detections, 'utf8')));
    expect(file).toMatchObject({
      weights: 'fairmot-dla34-half.pth',
      input: [320, 576],
      conf_thres: 0.3,
      frame_rate: 10,
      track_buffer: 30,
    });
    const again = path('again.txt');
    const { code } = await runFairmot(['associate', outputs.detections, '--mot', again]);
    expect(code).toBe(0);
    const [first, second] = [numbersOf(outputs.mot), numbersOf(again)];
    expect(second.map(([frame, id]) => [frame, id])).toEqual(first.map(([frame, id]) => [frame, id]));
    for (const [i, row] of first.entries())
      for (const [j, value] of row.entries()) expect(second[i]?.[j]).toBeCloseTo(value, 3);
  });

  test('the video has all frames, and no temporary file is left', async () => {
    expect(await frameCountOf(outputs.save)).toBe(12);
    expect(readdirSync(path('out')).sort()).toEqual(['detections.json', 'tracks.mp4', 'tracks.ndjson', 'tracks.txt']);
  });
});

test('stored detections keep the time of strided frames', async () => {
  const stored = path('strided.json');
  const flags = ['--start', '2', '--vid-stride', '3', '--max-frames', '3', '--json', '-'];
  const tracked = await runFairmot(['track', film, ...small, ...flags, '--detections', stored]);
  const again = await runFairmot(['associate', stored, '--json', '-']);
  const timesOf = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => frameTracksSchema.parse(JSON.parse(line)))
      .map(({ frame, time }) => [frame, time]);
  expect(timesOf(again.stdout)).toEqual(timesOf(tracked.stdout));
  expect(timesOf(again.stdout)).toHaveLength(3);
});

test('--json - writes nothing but JSON lines to standard output; stride and start keep the source’s numbers', async () => {
  const { stdout, code } = await runFairmot([
    'track',
    film,
    ...small,
    '--start',
    '2',
    '--vid-stride',
    '3',
    '--max-frames',
    '3',
    '--json',
    '-',
  ]);
  const frames = stdout
    .trim()
    .split('\n')
    .map((line) => frameTracksSchema.parse(JSON.parse(line)));
  expect(frames.map(({ frame }) => frame)).toEqual([21, 24, 27]);
  expect(frames.map(({ time }) => time)).toEqual([2, 2.3, 2.6]);
  expect(code).toBe(0);
});

test('an image folder is tracked at the given rate', async () => {
  const { stdout, code } = await runFairmot([
    'track',
    calibrationImages,
    ...small,
    '--fps',
    '5',
    '--max-frames',
    '3',
    '--json',
    '-',
    '--quiet',
  ]);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => frameTracksSchema.parse(JSON.parse(line)).time),
  ).toEqual([0, 0.2, 0.4]);
  expect(code).toBe(0);
});

test('raw frames on standard input give the same tracks as the film', async () => {
  const pixels: Uint8Array[] = [];
  const source = await openSource(film, { maxFrames: 4 });
  for await (const frame of source) pixels.push(frame.data.slice());
  const fromRaw = await runFairmot(
    ['track', '-', ...small, '--raw-size', `${source.width}x${source.height}`, '--fps', '10', '--json', '-'],
    {
      input: Buffer.concat(pixels),
    },
  );
  const fromFilm = await runFairmot(['track', film, ...small, '--max-frames', '4', '--json', '-']);
  expect(fromRaw.stdout).toBe(fromFilm.stdout);
  expect(fromRaw.code).toBe(0);
});

test('Ctrl-C closes the finished part, says interrupted and ends with 130', async () => {
  const [mot, save, json] = [path('stopped.txt'), path('stopped.mp4'), path('stopped.ndjson')];
  const { code, stderr } = await runFairmot(['track', film, ...small, '--mot', mot, '--save', save, '--json', json], {
    onStart: (child) => {
      const timer = setInterval(() => {
        const part = readdirSync(folder).find((name) => /^\.stopped-.*\.ndjson$/.test(name));
        if (!part || statSync(path(part)).size === 0) return;
        clearInterval(timer);
        child.kill('SIGINT');
      }, 20);
    },
  });
  expect(stderr).toContain('interrupted');
  expect(code).toBe(130);
  const frames = linesOf(json).length;
  expect(frames).toBeGreaterThan(0);
  expect(frames).toBeLessThan(195);
  expect(await frameCountOf(save)).toBe(frames);
  expect(existsSync(mot)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.includes('stopped'))).toHaveLength(3);
});

test('a damaged film keeps what was tracked before the damage and does not end as if complete', async () => {
  const bytes = readFileSync(film);
  const damaged = path('damaged.mp4');
  mkdirSync(folder, { recursive: true });
  writeFileSync(damaged, bytes.subarray(0, Math.floor(bytes.length / 2)));
  const { code, stderr } = await runFairmot([
    'track',
    damaged,
    ...small,
    '--max-frames',
    '195',
    '--mot',
    path('damaged.txt'),
  ]);
  expect(code === 1 || stderr.includes('warning:')).toBe(true);
});

test('BYTE gets weak detections from the network; more are stored on request', async () => {
  const stored = path('weak.json');
  const flags = ['--max-frames', '3', '--json', '-', '--detections', stored, '--overwrite'];
  const scoresWith = async (...more: string[]) => {
    const { stdout, code } = await runFairmot(['track', film, ...small, ...flags, ...more]);
    expect(code).toBe(0);
    const file = detectionsFileSchema.parse(JSON.parse(readFileSync(stored, 'utf8')));
    expect(file.conf_thres).toBe(0.3);
    return { stdout, scores: file.frames.flatMap(({ detections }) => detections.map(({ score }) => score)) };
  };
  const byte = await scoresWith('--tracker', 'byte', '--low-conf', '0.1');
  expect(Math.min(...byte.scores)).toBeGreaterThan(0.1);
  expect(Math.min(...byte.scores)).toBeLessThan(0.3);
  const fairmot = await scoresWith();
  expect(Math.min(...fairmot.scores)).toBeGreaterThan(0.3);
  const more = await scoresWith('--detections-conf', '0.1');
  expect(more.scores).toEqual(byte.scores);
  expect(more.stdout).toBe(fairmot.stdout);
});
