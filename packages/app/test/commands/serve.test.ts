import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { film, runFairmot } from '../run-fairmot.js';
import { startServe } from '../start-serve.js';

const folder = temporaryFolder();
const zones = join(folder, 'zones.json');
const corners = [
  [0, 0.3],
  [1, 0.3],
  [1, 1],
  [0, 1],
];

/** The first `count` tracks events, from the moment on that `start` is called. */
function firstTracks(url: string, count: number, start: () => void): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const asked = get(`${url}api/tracks`, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        const events = [...text.matchAll(/^event: tracks\ndata: (.*)\n\n/gm)].map(([, data = '']) => JSON.parse(data));
        if (events.length < count) return;
        asked.destroy();
        resolve(events.slice(0, count));
      });
      start();
    });
    asked.on('error', reject);
  });
}

describe('fairmot serve', () => {
  test('the events are the tracks that fairmot track gives; Ctrl-C ends it with 130', async () => {
    const count = 8;
    writeFileSync(zones, JSON.stringify({ units: 'fractions', regions: [{ name: 'path', points: corners }] }));
    const options = ['--threads', '1', '--tracker', 'jde', '--conf', '0.3', '--count', zones];
    const server = await startServe([film, '--paused', '--fast', ...options]);
    const events = await firstTracks(server.url, count, () => {
      void fetch(`${server.url}api/sources/1/start`, { method: 'POST' });
    });
    const page = await (await fetch(server.url)).text();
    expect(page).toContain('<title>FairMOT live</title>');
    const { code, stdout, stderr } = await server.interrupt();
    expect({ code, stdout }).toEqual({ code: 130, stdout: `${server.url}\n` });
    expect(stderr).not.toMatch(/\n\s+at /);
    const tracked = await runFairmot([
      'track',
      film,
      '--max-frames',
      String(count),
      '--json',
      '-',
      '--quiet',
      ...options,
    ]);
    const lines = tracked.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(count);
    expect(events).toEqual(lines.map((line) => ({ source: 1, run: 1, ...line })));
    expect(JSON.stringify(lines)).toContain('"name":"path","count":');
  });

  test('where no source can be opened it ends with the reason', async () => {
    const { code, stderr } = await runFairmot(['serve', 'absent.mp4', '--port', '0']);
    expect(stderr).toMatch(/error: Expected a video.*absent\.mp4/);
    expect(code).toBe(1);
  });

  test('a port that is taken, before the model is opened', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runFairmot(['serve', film, '--port', String(port)]);
    other.close();
    expect(stderr).toContain(`Expected a free port but received ${port} on 127.0.0.1`);
    expect(stderr).toContain('--port');
    expect(code).toBe(3);
  });

  test('zones files that do not fit the sources', async () => {
    const { code, stderr } = await runFairmot(['serve', film, film, film, '--count', 'a.json,b.json']);
    expect(stderr).toMatch(/Expected one zones file, or one for each of 3 sources, for --count but received 2/);
    expect(code).toBe(2);
  });

  test('zones outside the picture end it with a sentence, and it ends', async () => {
    const outside = join(folder, 'outside.json');
    writeFileSync(
      outside,
      JSON.stringify({
        lines: [
          {
            name: 'far',
            points: [
              [9000, 0],
              [9000, 9],
            ],
          },
        ],
      }),
    );
    const { code, stderr } = await runFairmot(['serve', film, '--port', '0', '--count', outside]);
    expect(stderr).toMatch(/error: Expected .*'far'.* in .*outside\.json/);
    expect(code).toBe(2);
  });

  test('standard input is refused', async () => {
    const { code, stderr } = await runFairmot(['serve', '-']);
    expect(stderr).toMatch(/Expected files, cameras or addresses but received -/);
    expect(code).toBe(2);
  });
});
