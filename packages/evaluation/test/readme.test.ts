import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the example in the README prints what the README says', () => {
  const folder = join(import.meta.dirname, '..');
  const blocks = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/```(\w*)\r?\n([\s\S]*?)```/g)];
  const example = blocks.findIndex(([, language]) => language === 'js');
  const printed = execFileSync(process.execPath, ['--input-type=module'], { cwd: folder, input: blocks[example]![2]! });
  expect(printed.toString()).toBe(blocks[example + 1]![2]!.replaceAll('\r', ''));
});
