// The built page: what a server needs is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

test('every file that the page names is in its folder, and it asks nothing of other hosts', async () => {
  const built = pathToFileURL(join(import.meta.dirname, '..', 'dist', 'index.js')).href;
  const { pageFolder } = (await import(built)) as { pageFolder: string };
  const html = readFileSync(join(pageFolder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => name);
  const files = named.filter((name) => !name.startsWith('/api/'));
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const name of files) expect(readFileSync(join(pageFolder, name)).length).toBeGreaterThan(100);
  for (const name of ['page.js', 'style.css'])
    expect(readFileSync(join(pageFolder, name), 'utf8')).not.toMatch(/https?:\/\//);
});
