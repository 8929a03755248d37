import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { jsonFrom, reasonFrom } from '../src/comparison/child.mjs';

const folder = temporaryFolder();

test('a step answers with its last line, or says why it has none', async () => {
  const run = (code, options) => jsonFrom(process.execPath, ['-e', code], options);
  expect(await run('console.log("noise"); console.log(JSON.stringify({ ms: 1 }))')).toEqual({ ms: 1 });
  expect((await run('console.log("no JSON")')).error).toContain('no JSON');
  expect((await run('console.error("Expected x but received y"); process.exit(3)')).error).toBe(
    'ended with code 3: Expected x but received y',
  );
  expect((await run('setTimeout(() => {}, 60000)', { limitSeconds: 0.5 })).error).toBe('took longer than 0.5 s');
  expect((await jsonFrom(join(folder, 'none'), [])).error).toContain('does not start');
});

test('the reason is the last line that is no stack', () => {
  expect(reasonFrom('Error: first\n    at x (y.js:1)\nreason\n    at z\n\nNode.js v20\n')).toBe('reason');
  expect(reasonFrom('')).toBe('');
});

test('what a step had to say before it failed or came too late is kept', async () => {
  const lines = [];
  const log = join(folder, 'step.log');
  const code = 'console.log("{\\"a\\": 1}"); console.log("noise"); console.error("why"); setTimeout(() => {}, 60000)';
  const found = await jsonFrom(process.execPath, ['-e', code], {
    limitSeconds: 1,
    log,
    onJson: (line) => lines.push(line),
  });
  expect(found).toEqual({ error: 'took longer than 1 s', late: true });
  expect(lines).toEqual([{ a: 1 }]);
  await expect.poll(() => readFileSync(log, 'utf8')).toBe('why\n');
});

test.skipIf(process.platform === 'win32')('a step is over though a process that it started lives on', async () => {
  const code = 'require("child_process").spawn("sleep", ["20"], { stdio: "inherit" }); setTimeout(() => {}, 60000)';
  const begin = performance.now();
  expect((await jsonFrom(process.execPath, ['-e', code], { limitSeconds: 0.5 })).late).toBe(true);
  expect(performance.now() - begin).toBeLessThan(10_000);
});
