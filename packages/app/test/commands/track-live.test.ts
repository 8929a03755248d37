import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openSource, openVideoSink } from '@trt-fairmot/media';
import { temporaryFolder } from '@trt-fairmot/testing';
import { afterAll, expect, test } from 'vitest';
import { frameTracksSchema } from '../../src/schemas.js';
import { film, runFairmot } from '../run-fairmot.js';

const folder = temporaryFolder();
const servers: { close(): unknown }[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A camera that sends the first frames of the film, cuts the connection, and refuses after `films` of them. */
async function camera(films: number): Promise<string> {
  const path = join(folder, 'camera.ts');
  const source = await openSource(film, { maxFrames: 30 });
  const { width, height, frameRate } = source;
  const sink = await openVideoSink(path, { width, height, frameRate, preset: 'ultrafast' });
  for await (const frame of source) await sink.write(frame);
  await sink.close();
  let asked = 0;
  const server = createServer((_, response) => {
    if (++asked > films) response.writeHead(503).end();
    else response.writeHead(200, { 'content-type': 'video/mp2t' }).write(readFileSync(path), () => response.destroy());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('a camera that breaks off is told, reached again, and given up; what was tracked is kept', async () => {
  const url = await camera(2);
  const out = join(folder, 'tracks.ndjson');
  const { code, stderr } = await runFairmot(['track', url, '--reconnect', '1', '--threads', '1', '--json', out]);
  const shown = url.replace('me:secret@', '');
  expect(stderr).toContain(`${shown} broke off after frame 30 (`);
  expect(stderr).toContain(`${shown} is back`);
  expect(stderr).toMatch(/error: Expected http:\S+ to come back after frame 60 but received nothing in 1 attempt: /);
  expect(stderr).not.toContain('secret');
  expect(code).toBe(1);
  const frames = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => frameTracksSchema.parse(JSON.parse(line)));
  const numbers = frames.map(({ frame }) => frame);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers.at(-1)).toBe(60);
});
