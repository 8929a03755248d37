import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { checkpoint, film, runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);

describe('wrong usage ends with 2 and a sentence', () => {
  test.each([
    [[], /Usage: fairmot/],
    [['trak'], /unknown command 'trak'/],
    [['track'], /missing required argument 'source'/],
    [['track', film, '--confidence', '0.3'], /unknown option '--confidence'/],
    [['track', film, '--conf', '2'], /Expected a number of at most 1 for --conf but received '2'/],
    [['track', film, '--mot', '-', '--json', '-'], /Expected one output at most on standard output/],
    [['associate', 'detections.json'], /Expected --mot FILE or --json FILE but received neither/],
    [
      ['associate', 'detections.json', '--tracker', 'sort', '--mot', '-'],
      /Expected one of fairmot, jde, byte for --tracker/,
    ],
    [['track', film, '--low-conf', '0.1'], /Expected --low-conf with --tracker byte but received it with fairmot/],
    [['track', film, '--config', 'absent.json'], /Expected a config file at absent.json but received nothing/],
    [['schema', 'xml'], /ndjson, detections/],
  ])('fairmot %j', async (args, message) => {
    const { code, stderr, stdout } = await runFairmot(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('bad input ends with 1, a sentence, and no output file', () => {
  const text = path('text.txt');
  writeFileSync(text, 'hello');
  test.each([
    ['a film that is not there', ['track', path('absent.mp4')], 'absent.mp4'],
    ['a text file as film', ['track', text], 'text.txt'],
    ['a model that is not there', ['track', film, '--model', path('absent.pth')], 'absent.pth'],
    ['a text file as model', ['track', film, '--model', text], 'text.txt'],
    ['a film as network', ['inspect', film], 'pedestrians.mp4'],
    ['a text file as detections', ['associate', text], 'text.txt'],
  ])('%s', async (_, args, name) => {
    const output = path('out.txt');
    const { code, stderr } = await runFairmot(args[0] === 'inspect' ? args : [...args, '--mot', output]);
    expect(stderr).toMatch(/^error: Expected .* but received:? .+$/m);
    expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
    expect(existsSync(output)).toBe(false);
  });
});

test('an output that exists is refused before any work, and untouched', async () => {
  const output = path('kept.txt');
  writeFileSync(output, 'mine');
  const { code, stderr } = await runFairmot(['track', film, '--max-frames', '1', '--mot', output]);
  expect(stderr).toContain('--overwrite');
  expect(code).toBe(2);
  expect(readFileSync(output, 'utf8')).toBe('mine');
});

test('every verb has help with examples', async () => {
  for (const verb of [
    'track',
    'serve',
    'export',
    'quantize',
    'associate',
    'config',
    'eval',
    'tune',
    'bench',
    'inspect',
    'doctor',
    'schema',
  ]) {
    const { code, stdout } = await runFairmot([verb, '--help']);
    expect(stdout).toContain('Examples:\n  ');
    expect(stdout).toContain(`fairmot ${verb}`);
    expect(code).toBe(0);
  }
});

test('outside the repository a missing model is a usage error with the command to get one', async () => {
  const { chosenModel } = await import('../../src/pipeline/chosen-model.js');
  const { vi } = await import('vitest');
  const demo = await import('../../src/pipeline/demo-model.js');
  vi.spyOn(demo, 'demoModelPath').mockReturnValue(null);
  await expect(chosenModel({})).rejects.toMatchObject({
    kind: 'usage',
    hint: expect.stringContaining('fairmot track'),
  });
  vi.restoreAllMocks();
});

test('inspect names heads and the licence of the demo weights', async () => {
  const { stdout, code } = await runFairmot(['inspect', checkpoint]);
  expect(stdout).toMatch(/^network +dla34-dcn$/m);
  expect(stdout).toMatch(/^heads +.*hm 1.*$/m);
  expect(stdout).toMatch(/^licence +.*non-commercial research only/m);
  expect(code).toBe(0);
});

test('doctor reports as text and JSON, and is ready where this test runs', async () => {
  const text = await runFairmot(['doctor']);
  expect(text.stdout).toContain('Ready to track');
  const { stdout, code } = await runFairmot(['doctor', '--json']);
  const report = JSON.parse(stdout) as { ready: boolean; checks: { name: string; state: string }[] };
  expect(report.ready).toBe(true);
  expect(report.checks.map(({ name }) => name)).toContain('ONNX Runtime (CPU)');
  expect(code).toBe(0);
});
