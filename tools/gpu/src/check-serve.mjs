// fairmot serve on a device: events equal to fairmot track's lines, and frames a second without and with viewers.
// node tools/gpu/src/check-serve.mjs [DEVICE] [MODEL] [SECONDS]     (default: tensorrt, the demo checkpoint, 5)
import { execFileSync, spawn } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [device = 'tensorrt', model, seconds = '5'] = process.argv.slice(2);
const root = join(import.meta.dirname, '..', '..', '..');
const program = join(root, 'packages', 'app', 'dist', 'fairmot.js');
const film = join(root, 'tools', 'demo', 'pedestrians.mp4');
const options = ['--device', device, ...(model ? ['--model', model] : [])];
const compared = 30;

/** Starts the server and waits for its address. */
async function startServer() {
  const flags = ['serve', film, film, '--paused', '--fast', '--loop', '--port', '0', '--quiet', ...options];
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`Expected a server but received exit code ${code}`)));
  });
  return { child, url };
}

function firstEvents(url, start) {
  return new Promise((resolve) => {
    const asked = get(`${url}api/tracks?source=1`, { agent: false }, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += piece;
        const found = [...text.matchAll(/^event: tracks\ndata: (.*)\n\n/gm)].map(([, data]) => JSON.parse(data));
        if (found.length < compared) return;
        asked.destroy();
        resolve(found.slice(0, compared));
      });
      void start();
    });
  });
}

const post = (url, id, verb) => fetch(`${url}api/sources/${id}/${verb}`, { method: 'POST' });
const statusOf = async (url) => (await fetch(`${url}api/status`)).json();

/** Frames a second of both sources together. */
async function rate(url) {
  const frames = async () => (await statusOf(url)).sources.reduce((sum, source) => sum + source.frames, 0);
  const [before, started] = [await frames(), performance.now()];
  await wait(Number(seconds) * 1000);
  return (1000 * ((await frames()) - before)) / (performance.now() - started);
}

/** Opens `count` viewers, every second one of which never reads. */
function openViewers(url, count) {
  return Array.from({ length: count }, (_, i) =>
    get(`${url}api/video`, { agent: false }, (response) => {
      response.on('error', () => undefined);
      if (i % 2 === 0) response.resume();
    }).on('error', () => undefined),
  );
}

const { child, url } = await startServer();
try {
  const events = await firstEvents(url, () => post(url, 1, 'start'));
  await post(url, 2, 'start');
  while (!(await statusOf(url)).sources.every(({ state, frames }) => state === 'running' && frames > 0))
    await wait(100);
  const results = {};
  for (const viewers of [0, 1, 10, 0]) {
    const open = openViewers(url, viewers);
    await wait(1000);
    results[`${viewers} viewers${viewers === 0 && '0 viewers' in results ? ' again' : ''}`] = await rate(url);
    for (const viewer of open) viewer.destroy();
  }
  const { runsOn, sources } = await statusOf(url);
  console.log(`runs on ${runsOn}; frames a second of two sources together:`);
  for (const [name, value] of Object.entries(results)) console.log(`  ${name.padEnd(16)} ${value.toFixed(1)}`);
  console.log(`  latency ${sources.map(({ latencyMs }) => latencyMs?.toFixed(1)).join(' and ')} ms`);
  child.kill('SIGINT');
  const ended = await new Promise((resolve) => child.once('exit', resolve));
  const flags = ['track', film, '--max-frames', String(compared), '--json', '-', '--quiet', ...options];
  const lines = execFileSync(process.execPath, [program, ...flags], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const expected = lines.map((line) => JSON.stringify({ source: 1, run: 1, ...JSON.parse(line) }));
  const same = events.filter((event, i) => JSON.stringify(event) === expected[i]).length;
  console.log(`${same} of ${compared} events equal fairmot track's lines; exit code ${ended}`);
  process.exitCode = same === compared && ended === 130 ? 0 : 1;
} finally {
  child.kill('SIGKILL');
}
