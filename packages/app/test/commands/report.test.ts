import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { checkpoint, film, runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const size = ['--height', '96', '--width', '160'];
const pictures = (page: string) => page.match(/data:image\/jpeg;base64,/g)?.length ?? 0;

test('track writes a page beside its other outputs, which it does not change', async () => {
  const args = ['track', film, '--model', checkpoint, '--device', 'cpu', ...size, '--max-frames', '6', '--conf', '0.2'];
  const outputs = (name: string) => ['--mot', join(folder, `${name}.txt`), '--save', join(folder, name)];
  const plain = await runFairmot([...args, ...outputs('plain')]);
  const report = join(folder, 'track.html');
  const reported = await runFairmot([...args, ...outputs('reported'), '--report', report]);
  expect([plain.code, reported.code]).toEqual([0, 0]);
  expect(reported.stderr).toContain(`report: ${report}`);
  const page = readFileSync(report, 'utf8');
  expect(page).toContain('Tracks of pedestrians.mp4');
  expect(page).toContain('Milliseconds a frame by stage');
  expect(pictures(page)).toBe(6);
  const read = (name: string) => readFileSync(join(folder, name));
  expect(read('reported.txt')).toEqual(read('plain.txt'));
  expect(read('reported/000004.jpg')).toEqual(read('plain/000004.jpg'));
});

test('compare writes a page with the errors and both models’ boxes', async () => {
  const half = join(folder, 'half.onnx');
  const made = await runFairmot(['export', checkpoint, '-o', half, ...size, '--precision', 'fp16']);
  expect(made.code).toBe(0);
  const report = join(folder, 'compare.html');
  const args = ['compare', checkpoint, half, '--source', film, '--frames', '2', ...size, '--report', report];
  const { code, stdout } = await runFairmot([...args, '--json']);
  expect(code).toBe(0);
  const { stages } = JSON.parse(stdout) as { stages: { name: string; max: number }[] };
  const page = readFileSync(report, 'utf8');
  for (const { max } of stages) expect(page).toContain(max.toExponential(2));
  expect(pictures(page)).toBe(2);
  expect((await runFairmot(args)).code).toBe(2);
});
