import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import type { BenchResult } from '../../src/bench/result.js';
import { checkpoint, film, runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const small = ['--model', checkpoint, '--device', 'cpu', '--height', '64', '--width', '96', '--threads', '1'];
const short = ['--duration', '0.2', '--warm-up', '0', '--frames', '3'];

test('frames, streams, layers and a page, on the CPU', async () => {
  const report = join(folder, 'bench.html');
  const args = ['bench', film, ...small, ...short, '--streams', '2', '--layers', '--json', '--report', report];
  const { code, stdout, stderr } = await runFairmot(args);
  expect(stderr).not.toContain('Expected');
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as BenchResult;
  expect(result.input).toEqual({ height: 64, width: 96 });
  expect(result.frame).toMatchObject({ width: 768, height: 576 });
  expect(Object.keys(result.frame?.stages ?? {})).toEqual(['letterbox', 'network', 'decode', 'tracker', 'whole frame']);
  const { network, 'whole frame': whole } = result.frame?.stages ?? {};
  expect(whole?.mean).toBeGreaterThan(network?.mean ?? Number.POSITIVE_INFINITY);
  expect(result.throughput?.streams).toHaveLength(2);
  expect(result.layers?.filter(({ kind }) => kind === 'DeformConv')).toHaveLength(16);
  const page = readFileSync(report, 'utf8');
  expect(page).toContain('2 streams at once');
  expect(page).not.toMatch(/<script|https?:|NaN|undefined/);
});

test('the network alone at a batch, as text', async () => {
  const { code, stdout } = await runFairmot(['bench', ...small, ...short, '--batch', '2']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/network alone, batch 2: [\d.]+ images\/s/);
  expect(stdout).toMatch(/median\s+p90\s+p99/);
  expect(stdout).not.toContain('whole frame');
});

test('a report that exists is kept, and nothing is measured', async () => {
  const report = join(folder, 'kept.html');
  writeFileSync(report, 'mine');
  const { code, stderr, stdout } = await runFairmot(['bench', ...small, ...short, '--report', report]);
  expect(code).toBe(2);
  expect(stderr).toContain('--overwrite');
  expect(stdout).toBe('');
  expect(readFileSync(report, 'utf8')).toBe('mine');
});

test.each([
  ['--batch and --streams', ['--batch', '2', '--streams', '2'], 'Expected --batch or --streams but received both', 2],
  ['a device that is none', ['--device', 'gpu'], '--device', 2],
  ['two outputs on standard output', ['--json', '--report', '-'], 'Expected one output at most on standard output', 2],
])('%s is wrong usage', async (_, flags, message, expected) => {
  const { code, stderr } = await runFairmot(['bench', '--model', checkpoint, ...flags]);
  expect(stderr).toContain(message);
  expect(code).toBe(expected);
});

test('a model that is none leaves no report behind', async () => {
  const model = join(folder, 'broken.onnx');
  const report = join(folder, 'none.html');
  writeFileSync(model, 'no network');
  const { code } = await runFairmot([
    'bench',
    film,
    '--model',
    model,
    '--frames',
    '1',
    '--device',
    'cpu',
    '--report',
    report,
  ]);
  expect(code).toBe(1);
  expect(existsSync(report)).toBe(false);
});
